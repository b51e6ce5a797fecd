import { asStored, type TokenVerifier, type UserSessions, type UserStore } from '@moorline/cc-api/server';
import { type Authenticate, createAuthenticate } from '@moorline/control-api/server';

export interface AuthenticateParts {
  verifyToken: TokenVerifier;
  /** Those that ClusterCockpit's `/login` opens. */
  userSessions: Pick<UserSessions, 'read'>;
  users: UserStore;
  /** Whether a token counts only while its user is stored, with the roles that are stored. */
  validateUsers: boolean;
  /** Whether nobody is asked who it is: then whoever comes without a credential may do everything. */
  isOpen: boolean;
}

/** Who asks for what is below `/moorline/v1`: by the same tokens and cookies as ClusterCockpit's routes. */
export function createServerAuthenticate(parts: AuthenticateParts): Authenticate {
  const { verifyToken, userSessions, users, validateUsers, isOpen } = parts;
  const ask = createAuthenticate({
    async verifyToken(token) {
      const verdict = await verifyToken(token);
      if (!verdict.ok || !validateUsers) return verdict;
      const principal = await asStored(verdict.principal, users);
      return principal === undefined ? { ok: false, error: 'unknown user' } : { ok: true, principal };
    },
    async readSession(cookie) {
      // The rule on origins is the API's own, for what changes something.
      const session = await userSessions.read({
        header: (name) => (name === 'cookie' ? `session=${cookie}` : undefined),
        isTls: false,
      });
      return session ?? { ok: false, error: 'the session is empty' };
    },
  });
  if (!isOpen) return ask;
  return async (request, peer) => {
    const isAnonymous = request.headers.get('authorization') === null && request.headers.get('cookie') === null;
    return isAnonymous ? { ok: true, by: 'token', principal: everybody } : ask(request, peer);
  };
}

/** A name that no user has. */
const everybody = { subject: '', roles: new Set(['admin', 'api']) };
