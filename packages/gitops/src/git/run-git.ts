import { spawn } from 'node:child_process';
import { isTimeoutError, redactText, withDeadline } from '@moorline/core';
import { GitopsError } from '../error.js';

/** How the git program is run. */
export interface GitSurroundings {
  /** The bare repository. */
  dir: string;
  /** All variables of the program: see `gitEnvironment`. */
  env: Readonly<Record<string, string>>;
}

export interface GitRun {
  input?: string | Uint8Array | undefined;
  /** Variables beside those of the surroundings. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds; the program and what it started are killed then. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Bytes of output; more is a failure. Default 16 MiB. */
  maxBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** How a run ended. */
export interface GitEnd {
  code: number;
  stdout: Buffer;
  /** Without secrets of URLs, cut short. */
  stderr: string;
}

/**
 * What holds for every run, whatever the configuration of the user or of the machine says: hooks and monitors of a
 * repository are programs, and packing in the background would outlive us.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'protocol.ext.allow=never',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'submodule.recurse=false',
  'commit.gpgSign=false',
  'push.gpgSign=false',
].flatMap((setting) => ['-c', setting]);

/**
 * Runs git without a shell in a bare repository.
 *
 * @throws GitopsError `git_missing`, `git_timed_out`, `too_large`; the signal's reason.
 */
export async function runGit(git: GitSurroundings, args: readonly string[], run: GitRun = {}): Promise<GitEnd> {
  const { timeoutMs = 30_000, signal } = run;
  try {
    return await withDeadline((deadline) => start(git, args, run, deadline), { timeoutMs, signal });
  } catch (error) {
    if (!isTimeoutError(error)) throw error;
    throw new GitopsError(`git ${args[0] ?? ''} took longer than ${timeoutMs / 1000} s`, {
      code: 'git_timed_out',
      hint: 'is the remote repository slow, or away?',
      isRetryable: true,
      cause: error,
    });
  }
}

/** As {@link runGit}, for what does not fail in a repository that is as it should be. @throws GitopsError `git_failed` too. */
export async function git(surroundings: GitSurroundings, args: readonly string[], run?: GitRun): Promise<Buffer> {
  const end = await runGit(surroundings, args, run);
  if (end.code === 0) return end.stdout;
  throw gitFailed(args, end);
}

export const gitFailed = (args: readonly string[], { code, stderr }: GitEnd): GitopsError =>
  new GitopsError(`git ${args[0] ?? ''} ended with ${code}: ${stderr === '' ? 'it said nothing' : stderr}`, {
    code: 'git_failed',
    isRetryable: true,
  });

function start(
  { dir, env }: GitSurroundings,
  args: readonly string[],
  { input, env: more, maxBytes = 16 * 1024 ** 2 }: GitRun,
  signal: AbortSignal,
): Promise<GitEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--git-dir', dir, '--literal-pathspecs', ...settings, ...args], {
      env: { ...env, ...more },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: git hands its work to other programs, and all of them are to end.
      detached: true,
    });
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    const settle = (outcome: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const onAbort = (): void => {
      kill();
      settle(() => reject(signal.reason));
    };
    const out: Buffer[] = [];
    let bytes = 0;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) out.push(chunk);
      else kill();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
    // A program that ends before it has read its input is judged by how it ended.
    child.stdin.on('error', () => undefined).end(input ?? '');
    child.on('error', (error) => settle(() => reject(notStarted(error))));
    child.on('close', (code) => {
      settle(() => {
        if (bytes > maxBytes) reject(tooLong(args, maxBytes));
        else resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: shortened(said) });
      });
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

/** The last lines tell why; what a remote repository prints before them is of no use here. */
const shortened = (said: string): string =>
  redactText(
    said
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('hint:'))
      .slice(-4)
      .join('; '),
  );

function notStarted(cause: Error): GitopsError {
  const isMissing = 'code' in cause && cause.code === 'ENOENT';
  return new GitopsError(isMissing ? 'there is no git program' : `git cannot be started: ${cause.message}`, {
    code: isMissing ? 'git_missing' : 'git_failed',
    hint: isMissing ? 'install git, or put it on the PATH of this process' : undefined,
    isRetryable: true,
    cause,
  });
}

const tooLong = (args: readonly string[], maxBytes: number): GitopsError =>
  new GitopsError(`git ${args[0] ?? ''} gave more than ${maxBytes} bytes`, {
    code: 'too_large',
    hint: 'the repository holds more than what is read: keep the manifests in a folder of their own, and name it',
  });
