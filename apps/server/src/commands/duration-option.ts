import { form, valueOf } from '@moorline/app-kit';
import { Option } from 'commander';

/** A flag that takes a duration, whose default is shown as a person would write it. */
export const durationOption = (flags: string, description: string, standard: string): Option =>
  new Option(flags, description).argParser(valueOf(form.duration)).default(valueOf(form.duration)(standard), standard);
