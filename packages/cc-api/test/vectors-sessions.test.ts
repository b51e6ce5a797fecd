import type { TaggerRunner } from '@moorline/cc-api/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captured, type Exchange, shared } from '../../../tools/testenv/cc-captures.js';
import { serveSessions, type ServedSessions } from './support/serve-sessions.js';

/** What is better than the original, by exchange: the README's list of deliberate differences. */
const better = new Map<string, readonly [status: number, why: string]>([
  ['rest-210', [400, 'a setting that is no JSON would break every later read']],
  ['rest-212', [400, 'a setting has a name']],
  ['rest-223', [401, 'a session ends with its user']],
  ['rest-224', [401, 'a session ends with its user']],
]);

const isOurs = ({ instance, path }: Exchange) =>
  instance === 'rest' && /^\/(config\/|frontend\/|login$|logout$)/.test(path);

/** What stands for a body whose text differs. */
const kinds = new Map([
  ['{{HTML}}', /^<!doctype html>/],
  ['{{JWT}}', /^[\w-]+\.[\w-]+\.[\w-]+$/],
  ['{{JSON array of LogEntry}}', /^\[{"timestamp":"\d+","priority":3,"message":"m","unit":"u"}\]\n$/],
]);

const taggers: TaggerRunner[] = [
  { name: 'AppTagger', type: 'start', run: async () => undefined },
  { name: 'JobClassTagger', type: 'stop', run: async () => undefined },
];

describe.skipIf(shared === undefined)('the captured exchanges of sessions, replayed against the handlers', () => {
  let served: ServedSessions;
  const cookies = new Map([['broken', 'broken']]);

  beforeAll(async () => {
    const entry = { timestamp: '1764000000000000', priority: 3, message: 'm', unit: 'u' };
    served = await serveSessions({ taggers, readLogs: async () => [entry] });
  });
  afterAll(() => served.close());

  async function send({ method, path, auth, requestHeaders, requestBody }: Exchange): Promise<Response> {
    const headers = new Headers(requestHeaders);
    const [kind, user = ''] = (auth ?? '').split(':');
    if (kind === 'session') headers.set('cookie', `session=${cookies.get(user) ?? 'none'}`);
    else if (auth !== null) headers.set('x-auth-token', served.tokens.token(auth));
    const body = requestBody === null || method === 'GET' ? null : requestBody;
    const response = await fetch(served.baseUrl + path, { method, headers, body, redirect: 'manual' });
    const cookie = /^session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    const username = new URLSearchParams(requestBody ?? '').get('username');
    if (path === '/login' && cookie !== undefined && username !== null) cookies.set(username, cookie);
    return response;
  }

  it('answers each with the captured status, headers and body, except for the listed differences', async () => {
    const faults: string[] = [];
    let compared = 0;
    for (const exchange of captured().filter(isOurs)) {
      const response = await send(exchange);
      const text = await response.text();
      compared++;
      const [status, why] = better.get(exchange.id) ?? [exchange.status, undefined];
      if (response.status !== status) faults.push(`${exchange.id}: ${response.status}, not ${status}: ${text}`);
      if (why !== undefined) continue;
      const { responseHeaders, responseBody, order } = exchange;
      const kind = kinds.get(responseBody ?? '');
      if (kind !== undefined) expect(text, exchange.id).toMatch(kind);
      else if (order === 'free') expect(sorted(text), exchange.id).toEqual(sorted(responseBody ?? ''));
      else expect(text, exchange.id).toBe(responseBody);
      // Of two content types the second says what the body is; ours sends that one alone.
      const expected = {
        'content-type': [responseHeaders['content-type']].flat().at(-1) ?? null,
        location: responseHeaders['location'] ?? null,
        allow: [responseHeaders['allow'] ?? []].flat().join(', ') || null,
        'set-cookie': responseHeaders['set-cookie'] !== undefined,
      };
      const got = {
        'content-type': response.headers.get('content-type'),
        location: response.headers.get('location'),
        allow: response.headers.get('allow'),
        'set-cookie': response.headers.has('set-cookie'),
      };
      expect(got, exchange.id).toEqual(expected);
    }
    expect(faults).toEqual([]);
    expect(compared).toBe(87);
  });
});

function sorted(list: string): string[] {
  const items: unknown[] = JSON.parse(list);
  return items.map((item) => JSON.stringify(item)).sort();
}
