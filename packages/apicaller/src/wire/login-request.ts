import { memberOf, type Params, readParams, readTextMember } from './params.js';

/** What somebody logs in with, as it came in (docs/protocol.md §2.2). */
export interface LoginRequest {
  /** `machine-0`; empty for a login by macaroons. */
  authTag: string;
  /** The password; a secret. */
  credentials: string;
  /** Empty for all but machines. */
  nonce: string;
  /** A JSON web token; a secret. Empty where there is none. */
  token: string;
  /** Macaroons as JSON. */
  macaroons: readonly unknown[];
  /** What the client says of itself; empty where it says nothing. */
  clientVersion: string;
}

/**
 * Reads the params of `Admin.Login`, of versions 1 to 3: version 1 may spell its keys either way.
 *
 * @throws RequestError without a code, in the original's words.
 */
export function readLoginRequest(value: unknown): LoginRequest {
  const params = readParams(value, type);
  const macaroons = memberOf(params, 'macaroons');
  return {
    authTag: either(params, 'auth-tag', 'AuthTag'),
    credentials: either(params, 'credentials', 'Password'),
    nonce: readTextMember(params, 'nonce', owner),
    token: readTextMember(params, 'token', owner),
    macaroons: Array.isArray(macaroons) ? macaroons : [],
    clientVersion: readTextMember(params, 'client-version', owner),
  };
}

const type = 'params.LoginRequest';
const owner = 'LoginRequest';

const either = (params: Params, name: string, other: string): string =>
  readTextMember(params, name, owner) || readTextMember(params, other, owner);
