import { LoginError } from '../../wire/login-error.js';
import { type IdentityFile, openIdentity } from '../open-identity.js';
import type { SessionState } from '../state-database.js';
import type { SessionCredentials } from './attempt.js';

/** Who a session is for. */
export interface SessionIdentity extends SessionCredentials {
  /** As it was given to the login. */
  readonly endpoint: string;
}

/** Where a session takes its identity from, and keeps what it learns. */
export interface IdentitySource {
  /** As it is now: a new login, or a new token, holds from the next attempt on. */
  read(): Promise<SessionIdentity>;
  keepToken(sessionToken: string): Promise<void>;
  record(state: SessionState): Promise<void>;
}

/** The state file of a data directory, open only while it is looked at. */
export function storedIdentity(dataDir: string): IdentitySource {
  const withFile = async <T>(work: (file: IdentityFile) => T): Promise<T> => {
    const file = await openIdentity(dataDir, { create: false });
    try {
      return work(file);
    } finally {
      await file.close();
    }
  };
  return {
    read: () =>
      withFile((file) => {
        const identity = file.read();
        const { machineId, sessionToken, endpoint, machineProof } = identity ?? {};
        if (machineId === undefined || sessionToken === undefined || endpoint === undefined) {
          throw new LoginError(`no session token in ${dataDir}`, { code: 'identity_missing', hint: 'log in first' });
        }
        return { machineId, sessionToken, endpoint, machineProof };
      }),
    keepToken: (sessionToken) => withFile((file) => file.write({ sessionToken })),
    record: (state) => withFile((file) => file.recordSession(state)),
  };
}

/** An identity that the caller keeps. */
export function givenIdentity(
  identity: SessionIdentity,
  onTokenUpdate: ((sessionToken: string) => void | Promise<void>) | undefined,
): IdentitySource {
  let { sessionToken } = identity;
  return {
    read: () => Promise.resolve({ ...identity, sessionToken }),
    async keepToken(token) {
      await onTokenUpdate?.(token);
      sessionToken = token;
    },
    record: () => Promise.resolve(),
  };
}
