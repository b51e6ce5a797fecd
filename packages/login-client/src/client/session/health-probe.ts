import { isMoorlineError, withDeadline } from '@moorline/core';
import { bearerHeader } from '../../wire/bearer.js';
import { healthPath } from '../../wire/session/paths.js';
import { transportError } from '../transport-error.js';
import type { SessionAttempt, SessionCredentials } from './attempt.js';
import { CookieJar } from './cookie-jar.js';
import { answerOf, openRequest } from './http1-request.js';
import { refusalOf } from './refusal.js';

/** Milliseconds for the probe: the original waits for ever before a session, and 10 s with a new token. */
const probeTimeoutMs = 10_000;

export type ProbeContext = Pick<SessionAttempt, 'target' | 'dial' | 'userAgent' | 'clock'>;

/**
 * Asks the control plane whether a session token is good (docs/protocol.md §8.2).
 *
 * @returns the cookies that came with the answer.
 * @throws LoginError `session_unauthorized` or `session_refused`; TimeoutError; what kept the answer away: LoginError `transport`, `tls` or `proxy`.
 */
export async function probeHealth(
  context: ProbeContext,
  credentials: SessionCredentials,
  signal: AbortSignal,
): Promise<CookieJar> {
  const { clock, target } = context;
  const attempted = `Get "${target.baseUrl}${healthPath}"`;
  return withDeadline(
    async (inner) => {
      const headers = [['Authorization', bearerHeader(credentials.sessionToken)]] as const;
      const request = await openRequest(context, { method: 'GET', path: healthPath, headers }, inner);
      const stop = (): void => void request.destroy();
      inner.addEventListener('abort', stop, { once: true });
      try {
        inner.throwIfAborted();
        request.end();
        const response = await answerOf(request);
        if (response.statusCode !== 200) throw await refusalOf(response, { attempted }, { credentials, clock });
        const jar = new CookieJar();
        jar.store(response.headers['set-cookie'] ?? [], healthPath);
        return jar;
      } catch (error) {
        throw isMoorlineError(error) ? error : transportError(attempted, error);
      } finally {
        inner.removeEventListener('abort', stop);
        request.destroy();
      }
    },
    { signal, clock, timeoutMs: probeTimeoutMs, attempted },
  );
}
