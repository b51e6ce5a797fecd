import type { Tagger, LogEntry } from '../../wire/models/administration.js';
import type { TokenIssuer } from '../auth/token-issuer.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';

/** What people need who log in with a password: `/login`, `/logout`, and the routes below `/config/` and `/frontend/`. */
export interface SessionOptions {
  /** Base64 of 32 bytes or more, from {@link generateSessionKey}; another key ends all sessions. Never logged. */
  key: string;
  /** Checks passwords, and hashes those of new users: `createBcryptHasher()` of `@moorline/cc-api/bcrypt`. */
  passwords: PasswordHasher;
  /** Signs the tokens of `GET /frontend/jwt/`. */
  tokens: TokenIssuer;
  /** Seconds until such a token expires, > 0; absent = it does not. */
  tokenLifetimeSeconds?: number;
  /** Seconds until a session ends, > 0. Default 604,800, a week. */
  lifetimeSeconds?: number;
  /**
   * What browsers see before the paths of these routes, without a slash at its end: `/cp` where a proxy hands on what is below
   * it. The cookie is sent there only, and the form of `/login` leads there. Default none.
   */
  basePath?: string;
  /** What an administrator may start at `POST /config/taggers/run/`. Default none. */
  taggers?: readonly TaggerRunner[];
  /** For `GET /frontend/logs/`, which is a 404 without it. */
  readLogs?: ReadLogs;
}

/** A week. */
export const defaultLifetimeSeconds = 604_800;

/** Puts tags on jobs by itself. */
export interface TaggerRunner extends Pick<Tagger, 'name' | 'type'> {
  /** Looks at all jobs; never asked again before it is done. A rejection goes to the logger. */
  run(): Promise<void>;
}

/** Reads the journal. Resolves to undefined where `since` is no time: a 400. */
export type ReadLogs = (request: LogRequest) => Promise<readonly LogEntry[] | undefined>;

/** Which lines of the journal are wanted. Texts are made of letters, digits, blanks, `:`, `-` and `.` only. */
export interface LogRequest {
  /** In journalctl's words. */
  since: string;
  /** 1 to 1000. */
  lines: number;
  /** 0 to 7; absent = all. */
  level?: number;
  /** Absent = all. */
  search?: string;
}
