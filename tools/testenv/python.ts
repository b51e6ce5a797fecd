import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

/** Whether there is a Python 3. In CI there must be one: a test that is skipped there tests nothing. */
export const hasPython = probe();

/**
 * Runs a script that uses the standard library alone, until it has printed its first line.
 *
 * @returns the process; whoever started it ends it.
 */
export async function startPython(script: string, ...args: string[]): Promise<ChildProcess> {
  // -I: nothing of this machine's or user's configuration.
  const child = spawn('python3', ['-I', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended: ${code}`)));
  await Promise.race([once(child.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  return child;
}

/** Runs a script that uses the standard library alone, to its end. @returns what it printed. */
export async function runPython(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('python3', ['-I', script, ...args]);
  return stdout;
}

function probe(): boolean {
  const isThere = spawnSync('python3', ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!isThere && process.env['CI'] !== undefined) throw new Error('python3 is not installed: see programs.mjs');
  return isThere;
}
