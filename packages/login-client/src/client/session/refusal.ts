import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { type Clock, parseRetryAfter, withDeadline } from '@moorline/core';
import { LoginError } from '../../wire/login-error.js';
import type { SessionCredentials } from './attempt.js';

/** What of a refusal's body is read, bytes. */
const bodyPrefixBytes = 4096;
/** Milliseconds for the body of a refusal: the original waits for ever. */
const bodyTimeoutMs = 10_000;
/** What of a refusal's body is kept in `session_states`, characters. */
const mostRecorded = 500;

/** In a 500 these words mean a token that is not good, as in documented failure 6. */
const unvalidated = 'failed to validate token';

/** The error for an answer other than 200, its body read: `session_unauthorized` or `session_refused`. */
export async function refusalOf(
  response: IncomingMessage,
  request: { attempted: string; stream?: 'read' | 'write' },
  { credentials, clock }: { credentials: SessionCredentials; clock: Clock },
): Promise<LoginError> {
  const status = response.statusCode ?? 0;
  const body = hideSecrets(await bodyOf(response, clock), credentials);
  const isInvalid = status === 500 && body.includes(unvalidated);
  const isUnauthorized = isInvalid || status === 401 || status === 403;
  const reason = isInvalid
    ? `HTTP 401: {"code":"InvalidToken","message":"${unvalidated}"}`
    : `HTTP ${status}: ${body}`.slice(0, mostRecorded);
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], clock.now()) ?? 0;
  return new LoginError(`${request.attempted}: ${humanReason(body) || (response.statusMessage ?? '') || reason}`, {
    code: isUnauthorized ? 'session_unauthorized' : 'session_refused',
    status,
    isRetryable: true,
    hint: isUnauthorized
      ? 'the control plane does not take this session token: log in again, with refreshSessionToken'
      : undefined,
    details: {
      reason,
      ...(request.stream === undefined ? {} : { stream: request.stream }),
      ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    },
  });
}

/** Takes the secrets that a server repeats out of a text. */
export function hideSecrets(text: string, { sessionToken, machineProof = '' }: SessionCredentials): string {
  const hidden = sessionToken.trim() === '' ? text : text.replaceAll(sessionToken, '[redacted]');
  return machineProof.trim() === '' ? hidden : hidden.replaceAll(machineProof, '[redacted]');
}

/** As much of the body as came: the status says enough without it. */
async function bodyOf(response: IncomingMessage, clock: Clock): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
  body.on('error', () => undefined);
  const read = async (): Promise<void> => {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= bodyPrefixBytes) break;
    }
  };
  await withDeadline(read, { timeoutMs: bodyTimeoutMs, clock }).catch(() => undefined);
  response.destroy();
  return Buffer.concat(chunks).subarray(0, bodyPrefixBytes).toString();
}

/** The first of these members of a JSON body that says something, else the body. */
function humanReason(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return body;
    const members = new Map<string, unknown>(Object.entries(parsed));
    const said = ['reason', 'message', 'error_summary', 'error', 'code'].map((name) => members.get(name));
    return said.find((value): value is string => typeof value === 'string' && value !== '') ?? body;
  } catch {
    return body;
  }
}
