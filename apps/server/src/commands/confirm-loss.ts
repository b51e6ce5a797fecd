import type { Readable, Writable } from 'node:stream';
import { ServerError } from '../error.js';

/** Where a person is asked. */
export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean };
}

/** Standard output is for what was asked for. */
const standard: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Asks the person at the terminal whether something may be lost; where that is not answered, it may not.
 *
 * @throws ServerError `not_confirmed`.
 */
export async function confirmLoss(message: string, { input, output }: Terminal = standard): Promise<void> {
  if (input.isTTY !== true || output.isTTY !== true) throw notConfirmed('there is no terminal to ask at');
  const { confirm } = await import('@clack/prompts');
  const isConfirmed = await confirm({ message, initialValue: false, input, output });
  if (isConfirmed !== true) throw notConfirmed('that was not confirmed');
}

const notConfirmed = (reason: string): ServerError =>
  new ServerError(`nothing was changed: ${reason}`, {
    code: 'not_confirmed',
    hint: 'with --yes nobody is asked',
  });
