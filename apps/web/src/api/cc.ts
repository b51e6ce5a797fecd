import type { CcClient } from '@moorline/cc-api';
import type { Clock } from '@moorline/core';

/** ClusterCockpit's API for what only it has: tags, metadata, users. Its client is loaded when it is first wanted. */
export type LoadCc = () => Promise<CcClient>;

/** Options of {@link createCc}. */
export interface CcOptions {
  /** Of the page, without a slash at its end. */
  baseUrl: string;
  clock: Clock;
  /** Whose token it is; undefined while nobody is signed in. */
  username: () => string | undefined;
}

/** A token is renewed so long before it ends, milliseconds. */
const renewBeforeMs = 60_000;
/** A token that does not say when it ends is renewed after so long, milliseconds. */
const trustedForMs = 5 * 60_000;

/** The token comes from the session, and is kept in memory only: nothing in the browser's storage opens the API. */
export function createCc({ baseUrl, clock, username }: CcOptions): LoadCc {
  let client: Promise<CcClient> | undefined;
  let held: { token: string; subject: string; until: number } | undefined;
  const token = async (): Promise<string> => {
    const subject = username() ?? '';
    if (held !== undefined && held.subject === subject && clock.now() < held.until) return held.token;
    const fresh = await (await load()).createJwt(subject);
    held = { token: fresh, subject, until: expiryOf(fresh, clock.now() + trustedForMs) - renewBeforeMs };
    return fresh;
  };
  const load = (): Promise<CcClient> => {
    client ??= import('@moorline/cc-api').then(({ createCcClient }) =>
      createCcClient({ baseUrl, token, clock, allowInsecureHttp: true }),
    );
    return client;
  };
  return load;
}

/** Unix milliseconds at which a token ends, by its claim `exp`; the server checks it, here it only tells when to renew. */
export function expiryOf(token: string, otherwise: number): number {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const isRecord = typeof claims === 'object' && claims !== null;
    return isRecord && 'exp' in claims && typeof claims.exp === 'number' ? claims.exp * 1000 : otherwise;
  } catch {
    return otherwise;
  }
}
