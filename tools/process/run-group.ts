import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** How {@link runGroup} runs a program. */
export interface RunGroupOptions {
  cwd: string;
  /** Added to this process's environment; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Ends the program and all that it started. */
  signal?: AbortSignal;
  /** Called with every line of stdout and stderr, without colours. Absent: output goes straight to ours. */
  onLine?: (line: string, coloured: string) => void;
}

/** Milliseconds between asking a group to end and ending it by force. */
const graceMs = 3000;

/**
 * Runs a program in a process group of its own, so that ending it ends its children as well, and only them.
 *
 * @returns the exit code; 128 + the signal's number is not imitated: a program that a signal ended gives 1.
 * @throws Error when it cannot be started. An abort does not reject: the result is then that of the ended program.
 */
export async function runGroup(command: string, args: readonly string[], options: RunGroupOptions): Promise<number> {
  const { cwd, onLine, signal } = options;
  if (signal?.aborted === true) return 1;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: onLine === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const end = () => void endGroup(child);
  signal?.addEventListener('abort', end);
  try {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null || onLine === undefined) continue;
      createInterface(stream).on('line', (line) => {
        onLine(stripVTControlCharacters(line), line);
      });
    }
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject).on('close', (code) => {
        resolve(code ?? 1);
      });
    });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** Asks a child's whole group to end, and ends by force what is left of it after `afterMs` milliseconds. */
export async function endGroup(child: ChildProcess, afterMs = graceMs): Promise<void> {
  if (child.pid === undefined || !signalGroup(child.pid, 'SIGTERM')) return;
  const deadline = performance.now() + afterMs;
  // A group has no event: only its leader has, and that may end before its children.
  while (performance.now() < deadline && signalGroup(child.pid, 0)) await sleep(20);
  signalGroup(child.pid, 'SIGKILL');
}

/** @returns false when the group is gone. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
