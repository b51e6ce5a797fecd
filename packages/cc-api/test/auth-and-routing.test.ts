import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, errorBody, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

const unauthorized = (error: string) => `${JSON.stringify({ error, status: 'Unauthorized' })}\n`;
const nowhere = '{"error":"the requested endpoint does not exist","status":"Resource not found"}\n';
const emptyList = '{"jobs":[],"items":25,"page":1}\n';

describe('credentials and routes (docs/protocol.md §3.1, §3.2, §3.10)', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.close());

  it('#1 names no user below /api/ where there is no token', async () => {
    const { status, text, headers } = await ask(served, '/api/jobs/', { as: undefined });
    expect([status, text]).toEqual([401, unauthorized('no user for secured check')]);
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('#2 says unauthorized below /userapi/ where there is no token', async () => {
    const { status, text } = await ask(served, '/userapi/jobs/', { as: undefined });
    expect([status, text]).toEqual([401, unauthorized('unauthorized')]);
  });

  it.each([
    ['#3', 'x-auth-token', ''],
    ['#4', 'authorization', 'Bearer '],
    ['#5', 'authorization', ''],
    ['§10', 'X-AUTH-TOKEN', ''],
  ])('%s takes a token from %s with the prefix "%s"', async (_, header, prefix) => {
    const headers = { [header]: `${prefix}${served.tokens.token('A')}` };
    const { status, text } = await ask(served, '/api/jobs/', { as: undefined, headers });
    expect([status, text]).toEqual([200, emptyList]);
  });

  it.each([
    ['#6 an expired token', 'X', 'token has invalid claims: token is expired'],
    [
      '#7 a token signed with HS256',
      'H',
      'token is unverifiable: error while executing keyfunc: only Ed25519/EdDSA supported',
    ],
    [
      'a token without a signature',
      'O',
      'token is unverifiable: error while executing keyfunc: only Ed25519/EdDSA supported',
    ],
    ['a token with another signature', 'P', 'token signature is invalid: ed25519: verification error'],
    ['#8 no token at all', 'G', 'token is malformed: token contains an invalid number of segments'],
    ['#9 a token without sub', 'N', "missing 'sub' claim in JWT"],
    ['a token whose sub is a number', 'S0', "missing 'sub' claim in JWT"],
    ['a token of tomorrow', 'F', 'token has invalid claims: token is not valid yet'],
    ['#10 a user’s token', 'U', 'unauthorized'],
    ['an admin’s token without api', 'AD', 'unauthorized'],
    ['a token with an unknown role', 'RX', 'unauthorized'],
    ['a token whose roles are a text', 'R0', 'unauthorized'],
    ['#12 a token without roles, once', 'Z', 'unauthorized'],
    ['a token with admin twice', 'DUPA', 'unauthorized'],
    ['a token whose scope cannot be read', 'BADSCOPE', 'token has invalid claims: scope is no list of clusters'],
  ])('refuses %s', async (_, as, error) => {
    const { status, text } = await ask(served, '/api/jobs/', { as });
    expect([status, text]).toEqual([401, unauthorized(error)]);
  });

  it('takes a token with the role api twice as one with the role api', async () => {
    expect((await ask(served, '/api/jobs/', { as: 'DUP' })).status).toBe(200);
  });

  it('stops taking a token that it knows when the token expires', async () => {
    const issued = await serveToken(served, 60);
    const headers = { authorization: `Bearer ${issued}` };
    expect((await ask(served, '/api/jobs/', { as: undefined, headers })).status).toBe(200);
    served.clock.setWallTime(served.clock.now() + 61_000);
    const { text } = await ask(served, '/api/jobs/', { as: undefined, headers });
    expect(text).toBe(unauthorized('token has invalid claims: token is expired'));
  });

  it('#11 shows a user the own jobs below /userapi/', async () => {
    await ask(served, '/api/jobs/start_job/', { method: 'POST', body: j(11) });
    await ask(served, '/api/jobs/start_job/', { method: 'POST', body: j(12, { user: 'bob' }) });
    const { text } = await ask(served, '/userapi/jobs/', { as: 'U' });
    expect(JSON.parse(text).jobs.map(({ jobId }: { jobId: number }) => jobId)).toEqual([11]);
  });

  it.each([
    ['U', 200],
    ['M', 200],
    ['B', 200],
    ['A', 200],
    ['S', 401],
    ['AD', 401],
  ])('#13 lets token %s write metrics or not: %i', async (as, status) => {
    expect((await ask(served, '/api/write', { method: 'POST', as, body: '' })).status).toBe(status);
  });

  it('#16 looks at X-Auth-Token first', async () => {
    const headers = { 'x-auth-token': 'garbage', authorization: `Bearer ${served.tokens.token('A')}` };
    expect((await ask(served, '/api/jobs/', { as: undefined, headers })).status).toBe(401);
  });

  it.each([
    ['#17', '/api/nope', undefined, 404, nowhere],
    ['#18', '/userapi/nope', undefined, 401, unauthorized('unauthorized')],
    ['#18', '/userapi/nope', 'A', 404, nowhere],
    ['#19', '/api/jobs', 'A', 404, nowhere],
    ['', '/api/jobs/12/', 'A', 404, nowhere],
    ['', '/api/jobs/used_nodes/', 'A', 404, nowhere],
  ])('%s GET %s with token %s answers %i', async (_, path, as, status, body) => {
    const { status: got, text } = await ask(served, path, { as });
    expect([got, text]).toEqual([status, body]);
  });

  it.each([['A'], [undefined]])('#20 answers 405 with one Allow for each method, with token %s', async (as) => {
    const { status, text, headers } = await ask(served, '/api/jobs/start_job/', { as });
    expect([status, text, headers.get('allow'), headers.get('content-type')]).toEqual([405, '', 'POST, PUT', null]);
  });

  it('#21 takes start_job without its slash for an id', async () => {
    const { status, text } = await ask(served, '/api/jobs/start_job', { method: 'POST', body: [] });
    const error = 'integer expected in path for id: strconv.ParseInt: parsing "start_job": invalid syntax';
    expect([status, text]).toEqual([400, errorBody('Bad Request', error)]);
  });

  it('#22 does not answer HEAD', async () => {
    const { status, headers } = await ask(served, '/api/jobs/', { method: 'HEAD' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('#23 refuses what another site makes a browser send', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const {
      status,
      text,
      headers: got,
    } = await ask(served, '/api/jobs/start_job/', { method: 'POST', headers, body: j(23) });
    expect([status, text]).toEqual([403, 'cross-site request blocked\n']);
    expect(got.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await ask(served, '/api/jobs/', { headers })).status).toBe(200);
  });

  const preflight = (method: string, headers: string) =>
    ask(served, '/api/jobs/', {
      method: 'OPTIONS',
      as: undefined,
      headers: {
        origin: 'http://x.example',
        'access-control-request-method': method,
        ...(headers === '' ? {} : { 'access-control-request-headers': headers }),
      },
    });

  it('#24 allows a preflight for POST with authorization', async () => {
    const { status, headers } = await preflight('POST', 'authorization');
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-methods')).toBe('POST');
    expect(headers.get('access-control-allow-headers')).toBe('Authorization');
    expect(headers.get('vary')).toBe('Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
  });

  it.each([
    ['DELETE', ''],
    ['GET', 'x-auth-token'],
  ])('#25 gives no leave to a preflight for %s %s', async (method, names) => {
    const { status, headers } = await preflight(method, names);
    const given = [...headers.keys()].filter((name) => name.startsWith('access-control'));
    expect([status, given]).toEqual([200, []]);
  });

  it('#26 answers the documented path of the node states, unless told not to', async () => {
    const post = { method: 'POST', body: {} };
    const { status, text } = await ask(served, '/api/nodestats/', post);
    expect([status, text]).toEqual([200, '']);
    expect((await ask(served, '/api/nodestats/', { ...post, as: 'U' })).status).toBe(401);
    const strict = await serve({ documentedPaths: false });
    const refused = await ask(strict, '/api/nodestats/', post);
    expect([refused.status, refused.text]).toEqual([404, nowhere]);
    await strict.close();
  });

  it('puts the security headers on every answer', async () => {
    for (const path of ['/api/jobs/', '/api/nope', '/api/jobs/start_job/']) {
      const { headers } = await ask(served, path, { headers: { origin: 'http://x.example' } });
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'content-security-policy': "frame-ancestors 'none'; object-src 'none'; base-uri 'self'",
        'access-control-allow-origin': '*',
        vary: 'Origin',
      });
      expect(headers.get('strict-transport-security')).toBeNull();
    }
    const { headers } = await ask(served, '/api/jobs/', { headers: { 'x-forwarded-proto': 'https' } });
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  });
});

describe('the allow-list of addresses (docs/protocol.md §3.2)', () => {
  it.each([
    ['#14', {}, 401, 'unknown ip: 127.0.0.1'],
    ['#15', { 'x-real-ip': '10.1.1.1' }, 200, ''],
    ['#15', { 'x-forwarded-for': '10.1.1.1' }, 200, ''],
    ['', { 'x-forwarded-for': '10.1.1.1, 10.2.2.2' }, 401, 'unknown ip: 10.1.1.1, 10.2.2.2'],
    ['', { 'x-real-ip': '10.2.2.2', 'x-forwarded-for': '10.1.1.1' }, 401, 'unknown ip: 10.2.2.2'],
  ])('%s judges %o: %i', async (_, headers, status, error) => {
    const served = await serve({ allowedIps: ['10.1.1.1'] });
    const { status: got, text } = await ask(served, '/api/jobs/', { headers });
    expect([got, text]).toEqual([status, status === 200 ? emptyList : unauthorized(error)]);
    // Neither the metric store's routes nor those of users look at it.
    expect((await ask(served, '/api/write', { method: 'POST', body: '' })).status).toBe(200);
    expect((await ask(served, '/userapi/jobs/', { as: 'U' })).status).toBe(200);
    await served.close();
  });
});

async function serveToken({ tokens, clock }: Served, lifetimeSeconds: number): Promise<string> {
  const { createTokenIssuer } = await import('@moorline/cc-api/server');
  const issuer = createTokenIssuer({ privateKey: tokens.keys.privateKey, clock });
  return issuer.issue({ subject: 'slurm', roles: ['api'], lifetimeSeconds });
}
