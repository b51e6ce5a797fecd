import { request } from 'node:http';
import { withDeadline } from '@moorline/core';
import { AppError } from '../error.js';

/**
 * Asks the running app to carry out one of its control commands.
 *
 * @returns the JSON that the command answered: parse it.
 * @throws AppError `not_running` when nobody listens, `control_failed` with the command's own message and hint,
 * or where the socket is another user's.
 */
export async function callControl(options: {
  /** From `controlSocketPath`. */
  path: string;
  command: string;
  input?: unknown;
  /** How to start the app, for the hint: `moorline-server serve`. */
  startedBy: string;
  /** Default 10,000. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}): Promise<unknown> {
  const { path, command, input, startedBy, timeoutMs = 10_000, signal } = options;
  const attempted = `control command ${command} on ${path}`;
  const { status, body } = await withDeadline((deadline) => post(options, JSON.stringify(input ?? null), deadline), {
    attempted,
    timeoutMs,
    signal,
  }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ECONNREFUSED')) throw notRunning(path, startedBy, error);
    if (hasCode(error, 'EACCES', 'EPERM')) throw notOurs(path, error);
    throw hasCode(error, 'ECONNRESET', 'EPIPE') ? cutOff(attempted, error) : error;
  });
  const answer = parseAnswer(body);
  if (status === 200 && answer !== undefined && 'result' in answer) return answer.result;
  throw new AppError(
    typeof answer?.message === 'string' ? answer.message : `${attempted} was answered with status ${status}`,
    {
      code: 'control_failed',
      hint: typeof answer?.hint === 'string' ? answer.hint : undefined,
      details: { status, reason: answer?.code },
    },
  );
}

function post(
  target: { path: string; command: string },
  content: string,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: target.path,
        method: 'POST',
        path: `/${target.command}`,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) },
        agent: false,
        signal,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(content);
  });
}

function parseAnswer(
  body: string,
): { result?: unknown; message?: unknown; hint?: unknown; code?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** The process ended, or was killed, while it had the command. */
const cutOff = (attempted: string, cause: unknown): AppError =>
  new AppError(`${attempted} was not answered: the process ended`, {
    code: 'control_failed',
    hint: 'its log tells why; whether the command was carried out is not known',
    cause,
  });

const notOurs = (path: string, cause: unknown): AppError =>
  new AppError(`this user may not use ${path}`, {
    code: 'control_failed',
    hint: 'run the command as the user that the app runs as, or name another data directory with --data-dir',
    cause,
  });

const notRunning = (path: string, startedBy: string, cause: unknown): AppError =>
  new AppError(`nothing answers on ${path}`, {
    code: 'not_running',
    hint: `start it with "${startedBy}", or name its data directory with --data-dir`,
    cause,
  });
