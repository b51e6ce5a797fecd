import { InvalidArgumentError } from 'commander';
import type { Form } from './form.js';

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
