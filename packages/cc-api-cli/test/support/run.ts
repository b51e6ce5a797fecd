import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { programPath } from '../build-program.js';

/** How a child process ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs Node with these parameters; variables are added to the process's own. */
export function run(
  parameters: string[],
  onStart?: (kill: (signal: NodeJS.Signals) => void) => void,
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  onStart?.((signal) => child.kill(signal));
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (texts.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (texts.stderr += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

/** Runs `cc-api`, bundled from its source. */
export const ccApi = (...parameters: string[]): Promise<Ended> => run([programPath, ...parameters]);
