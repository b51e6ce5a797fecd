import { ServerError } from '../error.js';

/**
 * Asks the person at the terminal, twice, without showing what is typed.
 *
 * @throws ServerError `no_password` where there is no terminal, or the person gave up.
 */
export async function askPassword(username: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw noPassword(username, 'there is no terminal to ask for it');
  }
  const { isCancel, password: prompt } = await import('@clack/prompts');
  const ask = async (message: string, validate: (text: string | undefined) => string | undefined) => {
    // Standard output is for what was asked for.
    const typed = await prompt({ message, validate, output: process.stderr });
    if (isCancel(typed)) throw noPassword(username, 'none was given');
    return typed;
  };
  const first = await ask(`Password for ${username}`, (text = '') => (text === '' ? 'Type a password.' : undefined));
  return ask('Once more', (text) => (text === first ? undefined : 'This is another one.'));
}

const noPassword = (username: string, reason: string): ServerError =>
  new ServerError(`no password for ${username}: ${reason}`, {
    code: 'no_password',
    hint: 'give it with --password-file FILE, or --password-file - and on standard input',
  });
