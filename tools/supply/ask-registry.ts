import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { npm } from '../matrix/command.js';

/**
 * What `npm audit --json` says of a folder's lock file, development dependencies left out. Its exit code says no more than the
 * report does, so it is not looked at.
 */
export async function askRegistry(folder: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const [command, ...first] = npm();
  const child = spawn(command, [...first, 'audit', '--omit=dev', '--json', '--package-lock-only'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text(child.stdout);
}
