import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { runGroup } from '../process/run-group.js';

/** How a program is run to its end. */
export interface CommandOptions {
  cwd: string;
  env?: Record<string, string | undefined>;
  signal: AbortSignal;
  /** Milliseconds after which it and all that it started are ended. Default 120,000. */
  timeoutMs?: number;
}

/** How a program ended. */
export interface Ended {
  code: number;
  /** Lines of both streams, as they came. */
  lines: string[];
}

/** Runs a program to its end and keeps what it prints. @throws Error where it cannot be started. */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  const { cwd, env = {}, signal, timeoutMs = 120_000 } = options;
  const lines: string[] = [];
  const deadline = AbortSignal.timeout(timeoutMs);
  if (!existsSync(cwd)) throw new Error(`${command} cannot be started in ${cwd}: there is no such folder`);
  const running = runGroup(command, args, {
    cwd,
    env: { ...withoutOurs(), ...env },
    signal: AbortSignal.any([signal, deadline]),
    onLine: (line) => lines.push(line),
  });
  const code = await running.catch((cause: unknown): never => {
    throw new Error(`${command} cannot be started: is it on PATH, and executable?`, { cause });
  });
  if (deadline.aborted) lines.push(`still ran after ${timeoutMs / 1000} s, and was ended`);
  return { code: deadline.aborted ? 1 : code, lines };
}

/** @throws Error with the last lines of its output unless it succeeds. */
export async function runWell(command: string, args: readonly string[], options: CommandOptions): Promise<string[]> {
  const { code, lines } = await runCommand(command, args, options);
  options.signal.throwIfAborted();
  if (code === 0) return lines;
  throw new Error(`${describe(command, args)} ended with ${code}: ${whatWasSaid(lines)}`);
}

/** `nx run-many -t stage`: a script that Node runs goes by its own name. */
function describe(command: string, args: readonly string[]): string {
  const words = [command, ...args].map((word) => (isAbsolute(word) ? basename(word) : word));
  return words.slice(command === process.execPath ? 1 : 0, 8).join(' ');
}

/** The first lines that name an error and the last lines, without stacks; where no registry was reached, what to do about it. */
function whatWasSaid(lines: readonly string[]): string {
  const told = lines.filter((line) => !/^(?:npm error)?\s+at /.test(line));
  const errors = told.filter((line) => /\berror\b/i.test(line)).slice(0, 8);
  if (told.some((line) => unreached.test(line))) return [...errors.slice(0, 4), unreachedHint].join('\n');
  return [...(errors.length > 0 ? [...errors, '…'] : []), ...told.slice(-8)].join('\n');
}

/** How npm says that it does not reach its registry. */
const unreached = /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;
const unreachedHint =
  'The registry is not reached: `npm ping` tells which one npm asks; behind a proxy, or with a mirror, set it in your .npmrc.';

/**
 * What must not reach a stranger's folder: what npm tells the scripts that it runs, in which this repository's settings are, and
 * `NODE_ENV`, which Vite sets in a process that bundles with it: npm would leave out what a project needs only for its tests.
 */
export function withoutOurs(): Record<string, undefined> {
  const kept = /^npm_config_(?:registry|userconfig|globalconfig|cache|proxy|https_proxy|noproxy|cafile)$/i;
  const isOurs = (name: string): boolean => name === 'NODE_ENV' || (/^npm_/i.test(name) && !kept.test(name));
  return Object.fromEntries(
    Object.keys(process.env)
      .filter(isOurs)
      .map((name) => [name, undefined]),
  );
}

/** The npm that runs us, or the one on PATH, with its first arguments. */
export function npm(): [command: string, ...args: string[]] {
  const running = process.env['npm_execpath'];
  return running?.endsWith('npm-cli.js') === true ? [process.execPath, running] : ['npm'];
}

/** The lines that tell what went wrong, in one line for a table's note. */
export function reasonOf(lines: readonly string[]): string {
  const wanted = lines.filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const error = wanted.findIndex((line) => /error|expected|cannot|failed/i.test(line));
  return wanted
    .slice(Math.max(error, 0), Math.max(error, 0) + 3)
    .map((line) => line.trim())
    .join(' | ')
    .slice(0, 400);
}
