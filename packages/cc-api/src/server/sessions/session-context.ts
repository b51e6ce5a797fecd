import type { Clock, Logger } from '@moorline/core';
import type { TokenIssuer } from '../auth/token-issuer.js';
import type { CcBackend } from '../backend.js';
import type { SiteStore, UserStore } from '../backend/administration.js';
import type { Call } from '../call.js';
import type { CcResponse } from '../exchange.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { LoginLimiter } from './login-limiter.js';
import { PasswordCheck } from './password-check.js';
import { defaultLifetimeSeconds, type ReadLogs, type SessionOptions } from './session-options.js';
import { createSessionTokens, type SessionTokens } from './session-tokens.js';
import { TaggerRuns } from './tagger-runs.js';

/** What the routes of sessions work with, beside what every handler has. */
export interface SessionContext {
  users: UserStore;
  site: Pick<SiteStore, 'setNotice'>;
  sessionTokens: SessionTokens;
  lifetimeSeconds: number;
  basePath: string;
  passwords: PasswordHasher;
  passwordCheck: PasswordCheck;
  limiter: LoginLimiter;
  tokens: TokenIssuer;
  tokenLifetimeSeconds: number | undefined;
  taggers: TaggerRuns;
  readLogs: ReadLogs | undefined;
}

/** One request of somebody who has logged in. */
export interface SessionCall extends Call {
  sessions: SessionContext;
}

export type SessionHandler = (call: SessionCall) => Promise<CcResponse>;

/** @throws CcApiError `invalid_key`. */
export function createSessionContext(
  options: SessionOptions,
  { backend, clock, logger }: { backend: Pick<CcBackend, 'users' | 'site'>; clock: Clock; logger: Logger },
): SessionContext {
  const { key, passwords, tokens, tokenLifetimeSeconds, taggers = [], readLogs } = options;
  const { lifetimeSeconds = defaultLifetimeSeconds, basePath = '' } = options;
  return {
    users: backend.users,
    site: backend.site,
    sessionTokens: createSessionTokens({ key, lifetimeSeconds, clock }),
    lifetimeSeconds,
    basePath,
    passwords,
    passwordCheck: new PasswordCheck(passwords),
    limiter: new LoginLimiter(clock),
    tokens,
    tokenLifetimeSeconds,
    taggers: new TaggerRuns(taggers, logger),
    readLogs,
  };
}
