import { isMoorlineError } from '@moorline/core';
import { LoginError } from '../../wire/login-error.js';
import type { SessionCredentials } from './attempt.js';
import type { IdentitySource } from './identity-source.js';
import type { SessionHandler } from './request-queue.js';

export interface TokenMethodsOptions {
  identity: IdentitySource;
  /** Asks the control plane whether the token is good. */
  probe: (credentials: SessionCredentials, signal: AbortSignal) => Promise<unknown>;
  /** A new token is stored: the session is to begin anew with it. */
  onUpdated: () => void;
}

/** The methods about the session token, which a session answers by itself (docs/protocol.md §8.5). */
export function tokenMethods(options: TokenMethodsOptions): { getToken: SessionHandler; updateToken: SessionHandler } {
  const { identity, probe, onUpdated } = options;
  return {
    getToken: async () => ({ token: (await identity.read()).sessionToken }),
    async updateToken({ token = '' }, { signal }) {
      if (token === '') return { error: 'token cannot be empty' };
      const stored = await identity.read();
      if (token === stored.sessionToken) return {};
      await probe({ ...stored, sessionToken: token }, signal).catch((error: unknown) => {
        throw refused(error);
      });
      await identity.keepToken(token);
      onUpdated();
      return {};
    },
  };
}

/** In the words of the original. */
function refused(error: unknown): LoginError {
  const reason = isMoorlineError(error) ? error.details['reason'] : undefined;
  const said = typeof reason === 'string' ? reason : error instanceof Error ? error.message : String(error);
  return new LoginError(
    `token validation failed: health check with new token failed: server health check failed: ${said}`,
    { code: 'session_unauthorized', cause: error },
  );
}
