import type { Principal } from './principal.js';

/** Where a request came from. */
export interface Peer {
  /** The peer's address without port. */
  remoteAddress: string;
}

/** What a request's credential turned out to be. */
export type Authentication =
  | {
      ok: true;
      principal: Principal;
      /** A session's cookie is added by browsers, so what comes with one must come from this server's own pages. */
      by: 'session' | 'token';
    }
  | {
      ok: false;
      /** Shown to whoever asks: `token is expired`. */
      error: string;
    };

/** Finds out who a request comes from. Never rejects because of what the request holds. */
export type Authenticate = (request: Request, peer: Peer) => Promise<Authentication>;

/** What a credential turned out to be. */
export type Verdict = { ok: true; principal: Principal } | { ok: false; error: string };

/** What {@link createAuthenticate} is made from. */
export interface AuthenticateOptions {
  /** Checks the token of `Authorization: Bearer`; `createTokenVerifier` of `@moorline/cc-api/server` makes one. */
  verifyToken(token: string): Promise<Verdict>;
  /** Reads the cookie `session`; absent = nobody signs in here. */
  readSession?: ((cookie: string) => Promise<Verdict>) | undefined;
}

/** The rule of `/moorline/v1`: a bearer token goes first, else the session's cookie (docs/protocol.md §3). */
export function createAuthenticate({ verifyToken, readSession }: AuthenticateOptions): Authenticate {
  return async (request) => {
    const token = bearerToken(request.headers);
    if (token !== undefined) {
      const verdict = await verifyToken(token);
      return verdict.ok ? { ...verdict, by: 'token' } : verdict;
    }
    const cookie = readSession === undefined ? undefined : sessionCookie(request.headers);
    if (readSession === undefined || cookie === undefined) return { ok: false, error: 'the request carries no token' };
    const verdict = await readSession(cookie);
    return verdict.ok ? { ...verdict, by: 'session' } : verdict;
  };
}

/** The token of an `Authorization: Bearer …` header; undefined where there is none, or one of another kind. */
export function bearerToken(headers: Headers): string | undefined {
  const token = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  if (token === undefined) return undefined;
  // Header bytes are read as Latin-1; GPUd sends tokens as raw UTF-8.
  return new TextDecoder().decode(Uint8Array.from(token, (letter) => letter.charCodeAt(0)));
}

/** The value of the first cookie `session`; undefined where there is none. */
export function sessionCookie(headers: Headers): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [name = '', ...value] = pair.split('=');
    if (name.trim() === 'session') return value.join('=').trim();
  }
  return undefined;
}
