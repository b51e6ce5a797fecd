import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { programPath } from '../build-program.js';

/** A started `moorline-agent`. */
export interface AgentProcess {
  child: ChildProcessWithoutNullStreams;
  /** How it ended, and what it said. */
  ended: Promise<AgentEnd>;
  /** Resolves when the text has come on standard output or standard error. */
  said(text: string): Promise<void>;
}

export interface AgentEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the program, bundled from its sources, as a process of its own that ends with the test. */
export function startAgent(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): AgentProcess {
  const child = spawn(process.execPath, [programPath, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
  if (options.input !== undefined) child.stdin.end(options.input);
  const ended = once(child, 'close').then(([code]) => ({
    code: typeof code === 'number' ? code : null,
    stdout,
    stderr,
  }));
  const said = async (text: string): Promise<void> => {
    while (!stdout.includes(text) && !stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended without saying "${text}":\n${stdout}\n${stderr}`);
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'exit')]);
    }
  };
  return { child, ended, said };
}

/** Runs the program to its end. */
export const agent = (
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<AgentEnd> => startAgent(args, options).ended;
