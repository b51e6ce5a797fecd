import { execFile } from 'node:child_process';
import type { LogRequest, ReadLogs } from '@moorline/cc-api/server';
import { type Clock, isTimeoutError, type Logger, withDeadline } from '@moorline/core';
import { ServerError } from '../error.js';
import { parseEntry } from './parse-entry.js';

export interface JournalOptions {
  /** The systemd unit whose lines are read. */
  unit: string;
  /** Where `PATH` is looked up; journalctl sees nothing of it but that and the time zone. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  clock?: Clock | undefined;
  /** Milliseconds until journalctl is ended, > 0. Default 10,000. */
  timeoutMs?: number;
  /** Bytes of its output that are read, > 0: of a longer one the newest lines are kept. Default 4 MiB. */
  maxBytes?: number;
}

/**
 * Reads lines of a unit's journal, the oldest first, for `GET /frontend/logs/`. Whatever a request says is a value of one of
 * journalctl's options. The reader throws ServerError `journal_failed`.
 */
export function createJournalReader(options: JournalOptions): ReadLogs {
  const { unit, env, logger, clock, timeoutMs = 10_000, maxBytes = 4 * 1024 ** 2 } = options;
  return async (request) => {
    const ended = await withDeadline(
      (signal) => run(argumentsOf(unit, request), { env: environmentOf(env), maxBytes, signal }),
      { attempted: 'journalctl', timeoutMs, clock },
    ).catch((error: unknown) => {
      throw isTimeoutError(error) ? failed('did not end in time', 'ask for less: a later "since"', error) : error;
    });
    if (ended.code === 1 && ended.stderr.startsWith('Failed to parse timestamp')) return undefined;
    refuseFailed(ended, request);
    const { output, isCut } = linesOf(ended);
    if (isCut) logger.warn({ maxBytes, ...request }, 'the journal has more than is shown: older lines were left out');
    const entries = output.flatMap((line) => parseEntry(line) ?? []);
    return entries.slice(0, request.lines).reverse();
  };
}

/** The newest first, so that a cut costs the oldest; --grep with --lines implies that anyhow. */
function argumentsOf(unit: string, { since, lines, level, search }: LogRequest): string[] {
  return [
    ...['--quiet', '--no-pager', '--all', '--reverse', '--output=json'],
    '--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT',
    `--unit=${unit}`,
    `--since=${since}`,
    `--lines=${lines}`,
    ...(level === undefined ? [] : [`--priority=${level}`]),
    // A regular expression; of what a search may hold only the dot means something in one.
    ...(search === undefined ? [] : [`--grep=${search.replaceAll('.', '\\.')}`]),
  ];
}

/** Not the server's own environment: it can hold keys and the database's password. */
function environmentOf({ PATH, TZ }: JournalOptions['env']): Record<string, string> {
  return { LC_ALL: 'C.UTF-8', ...(PATH === undefined ? {} : { PATH }), ...(TZ === undefined ? {} : { TZ }) };
}

interface Ended {
  /** 0 = success; a text where it could not be started, or was ended for its much output; null = ended by a signal. */
  code: string | number | null;
  stdout: string;
  stderr: string;
}

function run(
  args: readonly string[],
  { env, maxBytes, signal }: { env: Record<string, string>; maxBytes: number; signal: AbortSignal },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { env, signal, maxBuffer: maxBytes, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
    execFile('journalctl', args, options, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason);
      else resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr });
    });
  });
}

const tooLong = 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';

/** @throws ServerError `journal_failed`. */
function refuseFailed({ code, stderr }: Ended, { search }: LogRequest): void {
  if (code === 0 || code === tooLong) return;
  if (typeof code === 'string') {
    throw failed(`cannot be started (${code})`, 'install it, or start the server without --journal-unit');
  }
  const said = stderr.trim().slice(0, 500);
  // Where --grep finds nothing, it ends so and without a word.
  if (code === 1 && said === '' && search !== undefined) return;
  throw failed(
    `${code === null ? 'was ended by a signal' : `ended with ${code}`}${said === '' ? '' : `: ${said}`}`,
    'to read the journal, the user of the server must be in the group systemd-journal',
  );
}

function linesOf({ code, stdout }: Ended): { output: string[]; isCut: boolean } {
  const output = stdout.split('\n');
  // Behind the last line feed is nothing, or a line that was cut.
  output.pop();
  return { output, isCut: code === tooLong };
}

const failed = (what: string, hint: string, cause?: unknown): ServerError =>
  new ServerError(`journalctl ${what}`, { code: 'journal_failed', hint, cause });
