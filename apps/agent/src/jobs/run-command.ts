import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { JobState } from '@moorline/cc-api';
import { type Clock, sleep, systemClock, type Timer } from '@moorline/core';

/** How a command ended. */
export interface CommandEnd {
  state: Extract<JobState, 'completed' | 'failed' | 'cancelled' | 'timeout'>;
  /** What a shell would say: the command's own code, 128 + signal, 127 not found, 126 not executable. */
  exitCode: number;
  /** Why the command did not even start. */
  problem?: Error;
}

/** Options of {@link runCommand}. */
export interface RunCommandOptions {
  /** Milliseconds until the command is asked to end (SIGTERM); undefined = for ever. */
  timeLimitMs?: number | undefined;
  /** Milliseconds between asking and killing (SIGKILL). Default 10,000. */
  graceMs?: number | undefined;
  clock?: Clock | undefined;
}

/** Signals that mean "end this job". */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a command with this process's standard streams and environment, and waits for its end. Signals that would end this
 * process go to the command instead, so that its end can still be reported.
 *
 * Without a terminal on standard input the command leads a process group of its own: what ends it goes to everything that it
 * started, and is followed by SIGKILL. With a terminal it stays in the foreground group of the terminal, whose Ctrl-C and
 * Ctrl-Z it gets, and may read from it; a signal of ours goes to the command alone.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunCommandOptions = {},
): Promise<CommandEnd> {
  const { timeLimitMs, graceMs = 10_000, clock = systemClock } = options;
  const hasTerminal = process.stdin.isTTY;
  const timers: Timer[] = [];
  let isCancelled = false;
  let isTimedOut = false;
  let killAt: number | undefined;

  const send = (signal: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    if (hasTerminal) child.kill(signal);
    else signalGroup(child.pid, signal);
  };
  const killLater = () => {
    if (killAt !== undefined) return;
    killAt = clock.monotonic() + graceMs;
    timers.push(clock.setTimer(graceMs, () => send('SIGKILL')));
  };
  const passOn = (signal: NodeJS.Signals) => {
    isCancelled = true;
    if (!hasTerminal) {
      send(signal);
      killLater();
      return;
    }
    // A terminal sends Ctrl-C and Ctrl-\ to everything that runs in its foreground, the command included: a second one
    // would look like impatience.
    if (signal !== 'SIGINT' && signal !== 'SIGQUIT') send(signal);
  };
  const endInTime = () => {
    isTimedOut = true;
    send('SIGTERM');
    killLater();
  };

  // Before the command is there: from its first moment on its end is going to be reported.
  for (const signal of endSignals) process.on(signal, passOn);
  const child = spawn(command, args, { stdio: 'inherit', detached: !hasTerminal });
  if (timeLimitMs !== undefined) timers.push(clock.setTimer(timeLimitMs, endInTime));
  try {
    const end = await ended(child);
    // What the command started may take longer to end than the command itself.
    const { pid } = child;
    if (killAt !== undefined && !hasTerminal && pid !== undefined) {
      while (clock.monotonic() < killAt && signalGroup(pid, 0)) await sleep(50, { clock });
      signalGroup(pid, 'SIGKILL');
    }
    if ('problem' in end) return { state: 'failed', exitCode: end.problem.code === 'ENOENT' ? 127 : 126, ...end };
    const { code, signal } = end;
    const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
    if (isTimedOut) return { state: 'timeout', exitCode };
    if (isCancelled || signal !== null) return { state: 'cancelled', exitCode };
    return { state: exitCode === 0 ? 'completed' : 'failed', exitCode };
  } finally {
    for (const timer of timers) timer.cancel();
    for (const signal of endSignals) process.off(signal, passOn);
  }
}

type RawEnd = { code: number | null; signal: NodeJS.Signals | null } | { problem: NodeJS.ErrnoException };

const ended = (child: ChildProcess): Promise<RawEnd> =>
  new Promise((resolve) => {
    child.once('error', (problem: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ problem });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

/** @param signal 0 = only look. @returns whether there is anything in the group. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}
