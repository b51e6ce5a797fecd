import type { Form } from '@moorline/app-kit';
import { InvalidArgumentError } from 'commander';

/** Checks a flag's value as settings are checked, for flags that are no settings. */
export const valueOf =
  <T>(form: Form<T>) =>
  (input: string): T => {
    const value = form.parse(input);
    if (value === undefined) throw new InvalidArgumentError(`Give ${form.accepted}.`);
    return value;
  };
