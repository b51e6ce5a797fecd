import { readFileSync } from 'node:fs';
import { AppError } from './error.js';

/**
 * Reads a secret from a file, or from standard input where `source` is `-`; blanks and line ends around it are cut.
 * Secrets never come from the command line, where every process of the machine can read them.
 *
 * @throws AppError `no_secret`.
 */
export function readSecret(source: string, what: string): string {
  const from = source === '-' ? 'standard input' : source;
  const fail = (reason: string, cause?: unknown) =>
    new AppError(`no ${what} in ${from}: ${reason}`, {
      code: 'no_secret',
      hint: `write the ${what} into a file that only you can read and name it, or pipe it in and give -`,
      cause,
    });
  let content: string;
  try {
    content = readFileSync(source === '-' ? 0 : source, 'utf8').trim();
  } catch (error) {
    throw fail(error instanceof Error ? error.message : 'cannot be read', error);
  }
  if (content === '') throw fail('it is empty');
  return content;
}
