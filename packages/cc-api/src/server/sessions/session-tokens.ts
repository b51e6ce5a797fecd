import { base64url, errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '@moorline/core';
import { CcApiError } from '../../wire/error.js';
import { fromBase64, toBase64 } from '../auth/token-keys.js';
import type { StoredUser } from '../backend/administration.js';

/** A new key for session cookies: base64 of 32 random bytes. A secret. */
export function generateSessionKey(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(32)));
}

/** What a cookie turned out to be. */
export type TokenReading =
  { ok: true; username: string; isOf(user: StoredUser): Promise<boolean> } | { ok: false; error: string };

/** Signs what a session cookie holds, and reads it again. Nothing is kept: the cookie is the session. */
export interface SessionTokens {
  issue(user: StoredUser): Promise<string>;
  read(token: string): Promise<TokenReading>;
}

export interface SessionTokenOptions {
  key: string;
  lifetimeSeconds: number;
  clock: Clock;
}

/**
 * A token names its user, its end, and by a mark the password that opened it: another password ends the session.
 *
 * @throws CcApiError `invalid_key`.
 */
export function createSessionTokens({ key, lifetimeSeconds, clock }: SessionTokenOptions): SessionTokens {
  const bytes = readKey(key);
  let imported: ReturnType<typeof importKey> | undefined;
  const secret = () => (imported ??= importKey(bytes));

  /** Sixteen characters that only the holder of the key can make of the password's hash. */
  const markOf = async ({ passwordHash = '' }: StoredUser): Promise<string> => {
    const signature = await crypto.subtle.sign('HMAC', await secret(), new TextEncoder().encode(passwordHash));
    return base64url.encode(new Uint8Array(signature)).slice(0, 16);
  };

  return {
    async issue(user) {
      const issuedAt = Math.floor(clock.now() / 1000);
      return new SignJWT({ mark: await markOf(user) })
        .setProtectedHeader({ alg: 'HS256', typ: tokenType })
        .setSubject(user.username)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(await secret());
    },
    async read(token) {
      if (token.length > 4096) return { ok: false, error: 'securecookie: the value is too long' };
      try {
        const { payload } = await jwtVerify(token, await secret(), {
          algorithms: ['HS256'],
          typ: tokenType,
          requiredClaims: ['exp'],
          currentDate: new Date(clock.now()),
        });
        const { sub = '', mark } = payload;
        return { ok: true, username: sub, isOf: async (user) => mark === (await markOf(user)) };
      } catch (error) {
        return { ok: false, error: error instanceof errors.JWTExpired ? expired : faultOf(token) };
      }
    },
  };
}

/** Keeps a token for something else, signed with the same key, from opening a session. */
const tokenType = 'session+jwt';

const expired = 'securecookie: expired timestamp';

/** What the original's cookie reader says of a text that it did not sign. */
function faultOf(token: string): string {
  const at = token.split('.').length === 3 ? undefined : illegalBase64(token);
  if (at === undefined) return 'securecookie: the value is not valid';
  return `securecookie: base64 decode failed - caused by: illegal base64 data at input byte ${at}`;
}

/** Where Go stops reading base64url: at a character of another alphabet, or at the last quantum if it is not full. */
function illegalBase64(text: string): number | undefined {
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
  const at = bare.search(/[^\w-]/);
  if (at >= 0) return at;
  return text.length % 4 === 0 ? undefined : text.length - (text.length % 4);
}

function readKey(key: string): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = fromBase64(key.trim());
  } catch {
    bytes = new Uint8Array();
  }
  if (bytes.length >= 32) return bytes;
  throw new CcApiError('the key for sessions cannot be read', {
    code: 'invalid_key',
    details: { bytes: bytes.length },
    hint: 'give base64 of 32 bytes or more; generateSessionKey() makes such a key',
  });
}

async function importKey(bytes: Uint8Array<ArrayBuffer>) {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}
