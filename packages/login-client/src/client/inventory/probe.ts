import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type Clock, type Logger, withDeadline } from '@moorline/core';

/** What the parts of an inspection share. */
export interface Probe {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Text of a file without blanks at its ends; undefined where it is absent, unreadable or empty. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a program prints; undefined where it is missing, fails or takes longer than `timeoutMs`. It is not waited for
 * beyond that even when it cannot be killed, as one that hangs in a dead network filesystem.
 *
 * @throws the probe's signal's reason.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  timeoutMs: number,
  probe: Probe,
): Promise<string | undefined> {
  try {
    return await withDeadline((signal) => execute(program, args, signal), {
      signal: probe.signal,
      timeoutMs,
      clock: probe.clock,
      attempted: program,
    });
  } catch (error) {
    probe.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    probe.logger.debug({ program, reason }, `${program} told nothing`);
    return undefined;
  }
}

function execute(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { signal, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024, windowsHide: true } as const;
    execFile(program, [...args], { ...options, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(error);
    });
  });
}
