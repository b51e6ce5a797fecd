import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningProgram {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** From the ready line. */
  url: string;
  ended: Promise<Ended>;
}

const folder = fileURLToPath(new URL('..', import.meta.url));
const program = ['--import', 'tsx', '--conditions=@moorline/source', 'src/main.ts'];

/** `moorline-server ARGS` as a child process, from source. */
function start(args: readonly string[], env: Record<string, string>, uid?: number) {
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  return { child, said, ended };
}

/** Runs a command to its end, as another user where `uid` says so. */
export function runServerProgram(
  args: readonly string[],
  env: Record<string, string> = {},
  uid?: number,
): Promise<Ended> {
  return start(args, env, uid).ended;
}

/** Runs `serve` until it says that it is ready; rejects with what it said where it ends before. */
export async function serve(args: readonly string[], env: Record<string, string> = {}): Promise<RunningProgram> {
  const { child, said, ended } = start(['serve', ...args], env);
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const url = /^listening on (\S+)\n/.exec(said.stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const failed = ended.then(({ code, stderr }) => Promise.reject(new Error(`serve ended with ${code}: ${stderr}`)));
  failed.catch(() => undefined);
  return { child, url: await Promise.race([ready, failed]), ended };
}
