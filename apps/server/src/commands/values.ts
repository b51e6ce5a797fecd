import { form, type Form } from '@moorline/app-kit';
import { InvalidArgumentError, Option } from 'commander';

/** Checks a flag's value as settings are checked, for flags that are no settings. */
export const valueOf =
  <T>(form: Form<T>) =>
  (input: string): T => {
    const value = form.parse(input);
    if (value === undefined) throw new InvalidArgumentError(`Give ${form.accepted}.`);
    return value;
  };

/** The same for a flag that can be given several times. */
export const valuesOf =
  <T>(form: Form<T>) =>
  (input: string, earlier: T[] | undefined): T[] => [...(earlier ?? []), valueOf(form)(input)];

/** A flag that takes a duration, whose default is shown as a person would write it. */
export const durationOption = (flags: string, description: string, standard: string): Option =>
  new Option(flags, description).argParser(valueOf(form.duration)).default(valueOf(form.duration)(standard), standard);
