import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { JobState } from '@moorline/cc-api';
import { type Clock, systemClock, type Timer } from '@moorline/core';

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
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: RunCommandOptions = {},
): Promise<CommandEnd> {
  const { timeLimitMs, graceMs = 10_000, clock = systemClock } = options;
  return new Promise((resolve) => {
    const timers: Timer[] = [];
    let isCancelled = false;
    let isTimedOut = false;

    const passOn = (signal: NodeJS.Signals) => {
      isCancelled = true;
      // A terminal sends Ctrl-C and Ctrl-\ to everything that runs in its foreground, the command included: a second one
      // would look like impatience.
      const isFromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!isFromTerminal) child.kill(signal);
    };
    const endInTime = () => {
      isTimedOut = true;
      child.kill('SIGTERM');
      timers.push(clock.setTimer(graceMs, () => child.kill('SIGKILL')));
    };
    const finish = (end: CommandEnd) => {
      for (const timer of timers) timer.cancel();
      for (const signal of endSignals) process.off(signal, passOn);
      resolve(end);
    };

    // Before the command is there: from its first moment on its end is going to be reported.
    for (const signal of endSignals) process.on(signal, passOn);
    const child = spawn(command, args, { stdio: 'inherit' });
    if (timeLimitMs !== undefined) timers.push(clock.setTimer(timeLimitMs, endInTime));
    child.once('error', (problem: NodeJS.ErrnoException) => {
      if (child.pid === undefined)
        finish({ state: 'failed', exitCode: problem.code === 'ENOENT' ? 127 : 126, problem });
    });
    child.once('exit', (code, signal) => {
      const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
      if (isTimedOut) finish({ state: 'timeout', exitCode });
      else if (isCancelled || signal !== null) finish({ state: 'cancelled', exitCode });
      else finish({ state: exitCode === 0 ? 'completed' : 'failed', exitCode });
    });
  });
}
