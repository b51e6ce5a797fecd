import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { programPath } from './build-program.js';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningProgram {
  child: ChildProcess;
  /** From the ready line. */
  url: string;
  ended: Promise<Ended>;
}

const folder = fileURLToPath(new URL('..', import.meta.url));
interface StartOptions {
  env?: Record<string, string>;
  /** Runs it as another user. */
  uid?: number | undefined;
  /** A module that is loaded before the program, and that messages of the parent reach. */
  preload?: string | undefined;
  /** For standard input; without it that is empty. */
  input?: string;
}

/** `moorline-server ARGS` as a child process, from sources. */
export function startServerProgram(args: readonly string[], { env = {}, uid, preload, input = '' }: StartOptions = {}) {
  const first = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...first, programPath, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe', ...(preload === undefined ? [] : ['ipc' as const])],
    ...(uid === undefined ? {} : { uid }),
  });
  child.stdin?.end(input);
  const said = { stdout: '', stderr: '' };
  const stdout = readable(child.stdout, (text) => (said.stdout += text));
  readable(child.stderr, (text) => (said.stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  return { child, stdout, said, ended };
}

function readable(stream: Readable | null, onText: (text: string) => void): Readable {
  if (stream === null) throw new TypeError('the child was started without a pipe');
  return stream.setEncoding('utf8').on('data', onText);
}

/** Runs a command to its end. */
export function runServerProgram(
  args: readonly string[],
  options: Pick<StartOptions, 'env' | 'uid' | 'input'> = {},
): Promise<Ended> {
  return startServerProgram(args, options).ended;
}

/** Runs `serve` until it says that it is ready; rejects with what it said where it ends before. */
export async function serve(
  args: readonly string[],
  env: Record<string, string> = {},
  preload?: string,
): Promise<RunningProgram> {
  const { child, stdout, said, ended } = startServerProgram(['serve', ...args], { env, preload });
  const ready = new Promise<string>((resolve) => {
    stdout.on('data', () => {
      const url = /^listening on (\S+)\n/.exec(said.stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const failed = ended.then(({ code, stderr }) => Promise.reject(new Error(`serve ended with ${code}: ${stderr}`)));
  failed.catch(() => undefined);
  return { child, url: await Promise.race([ready, failed]), ended };
}
