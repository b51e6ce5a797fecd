import type { Principal } from '../auth/principal.js';
import type { StoredUser, UserStore } from '../backend/administration.js';
import type { CcRequest } from '../exchange.js';
import { sessionCookie } from './session-cookie.js';
import type { SessionTokens } from './session-tokens.js';

/** What a request's cookie turned out to be. */
export type SessionReading = { ok: true; principal: Principal; user: StoredUser } | { ok: false; error: string };

/**
 * The user as the storage has it now: whoever was deleted, or lost a role, has lost it here too.
 *
 * @returns undefined where the request has no cookie.
 */
export async function readSession(
  request: Pick<CcRequest, 'header'>,
  { users, sessionTokens }: { users: Pick<UserStore, 'find'>; sessionTokens: SessionTokens },
): Promise<SessionReading | undefined> {
  const cookie = sessionCookie(request);
  if (cookie === undefined) return undefined;
  const session = await sessionTokens.read(cookie);
  if (!session.ok) return session;
  const user = await users.find(session.username);
  if (user === undefined || !(await session.isOf(user))) return { ok: false, error: 'unauthorized' };
  const principal = { subject: user.username, roles: new Set(user.roles), projects: user.projects ?? [] };
  return { ok: true, principal, user };
}
