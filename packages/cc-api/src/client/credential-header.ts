import { CcApiError } from '../wire/error.js';

/** What a client shows of itself. */
export interface Credentials {
  token: string | (() => Promise<string>) | undefined;
  session: string | undefined;
}

/**
 * The header that opens a route, if there is one: without a session a browser's own cookie may.
 *
 * @throws CcApiError `invalid_option` where a token is needed and the client has none; nothing is sent.
 */
export async function credentialHeader(
  kind: 'token' | 'session',
  { token, session }: Credentials,
): Promise<[name: string, value: string][]> {
  if (kind === 'session') return session === undefined ? [] : [['cookie', `session=${session}`]];
  if (token === undefined) {
    throw new CcApiError('this operation needs a token', {
      code: 'invalid_option',
      hint: 'give createCcClient a token: a session opens the routes below /config/ and /frontend/ only',
    });
  }
  return [['authorization', `Bearer ${typeof token === 'string' ? token : await token()}`]];
}
