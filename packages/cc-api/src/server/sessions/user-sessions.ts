import { type Clock, systemClock } from '@moorline/core';
import type { StoredUser, UserStore } from '../backend/administration.js';
import type { Principal } from '../auth/principal.js';
import { otherOriginRefusal } from '../browser-rules.js';
import type { CcRequest } from '../exchange.js';
import { readSession } from './read-session.js';
import { sessionCookie, setSessionCookie } from './session-cookie.js';
import { defaultLifetimeSeconds, type SessionOptions } from './session-options.js';
import { createSessionTokens } from './session-tokens.js';

export interface UserSessionsOptions extends Pick<SessionOptions, 'key' | 'lifetimeSeconds' | 'basePath'> {
  users: Pick<UserStore, 'find'>;
  clock?: Clock;
}

/** What of a request says whose session it comes with, and whether a page of this server sent it. */
export type SessionRequest = Pick<CcRequest, 'header' | 'isTls'>;

/** Who a request comes from, or what it is refused for. */
export type SessionVerdict =
  | { ok: true; principal: Principal; user: StoredUser }
  /** 401: the cookie opens nothing, or no longer; 403: a page of somebody else made the browser send it. */
  | { ok: false; status: 401 | 403; error: string };

/** The sessions that `/login` opens, for routes of your own that are to take the same cookie. */
export interface UserSessions {
  /** @returns undefined where the request comes with no session. */
  read(request: SessionRequest): Promise<SessionVerdict | undefined>;
  /** The `Set-Cookie` header that opens a session for a user whom you have recognised in another way than by the password. */
  open(user: StoredUser, request: SessionRequest): Promise<string>;
}

/**
 * Give it the options that the server half has in `sessions`: one key makes one set of sessions.
 *
 * @throws CcApiError `invalid_key`.
 */
export function createUserSessions(options: UserSessionsOptions): UserSessions {
  const { key, users, lifetimeSeconds = defaultLifetimeSeconds, basePath = '', clock = systemClock } = options;
  const sessionTokens = createSessionTokens({ key, lifetimeSeconds, clock });
  return {
    async read(request) {
      if (sessionCookie(request) === undefined) return undefined;
      if (otherOriginRefusal(request) !== undefined) {
        return { ok: false, status: 403, error: 'cross-site request blocked' };
      }
      const reading = await readSession(request, { users, sessionTokens });
      return reading?.ok === false ? { ...reading, status: 401 } : reading;
    },
    async open(user, request) {
      return setSessionCookie(request, await sessionTokens.issue(user), { maxAgeSeconds: lifetimeSeconds, basePath });
    },
  };
}
