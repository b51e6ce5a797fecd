import { afterEach, describe, expect, it } from 'vitest';
import { ask, errorBody } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

let served: Served;
afterEach(() => served.close());

const path = '/api/machine_state/demo/n01';

describe('machine states (docs/protocol.md §3.13)', () => {
  const put = (to: string, body: string, method = 'PUT') => ask(served, to, { method, body });
  const stored = '0123456789';
  const get = async (headers: Record<string, string> = {}) => ask(served, path, { headers });

  it('#139 are given back as they were stored, whatever they are', async () => {
    served = await serve({ machineState: {} });
    const missing = await get();
    expect([missing.status, missing.text]).toEqual([404, '404 page not found\n']);
    expect(missing.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const answer = await put(path, '{"a":1}');
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([201, '', null]);
    expect((await get()).text).toBe('{"a":1}');
    await put(path, 'not json', 'POST');
    const { status, text, headers } = await get();
    expect([status, text, headers.get('content-type')]).toEqual([200, 'not json', 'application/json']);
    expect(headers.get('last-modified')).toBe(new Date(served.clock.now()).toUTCString());

    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const token = { 'x-auth-token': served.tokens.token('A') };
    await fetch(served.baseUrl + path, { method: 'PUT', headers: token, body: bytes });
    const back = await fetch(served.baseUrl + path, { headers: token });
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes);
  });

  it.each([
    ['#139 demo/a..b', 'invalid host name'],
    ['d..d/n01', 'invalid cluster name'],
    ['demo/a%5Cb', 'invalid host name'],
    ['demo/a%00b', 'invalid host name'],
    [`demo/${'h'.repeat(256)}`, 'invalid host name'],
  ])('%s: %s', async (name, error) => {
    served = await serve({ machineState: {} });
    const to = `/api/machine_state/${name.replace('#139 ', '')}`;
    for (const answer of [await put(to, 'x'), await ask(served, to)]) {
      expect([answer.status, answer.text]).toEqual([400, errorBody('Bad Request', error)]);
    }
  });

  it('may be of any cluster and host, a slash that stays encoded included', async () => {
    served = await serve({ machineState: {} });
    for (const name of ['new/n01', 'demo/a%2Fb', `demo/${'h'.repeat(255)}`]) {
      expect((await put(`/api/machine_state/${name}`, name)).status).toBe(201);
      expect((await ask(served, `/api/machine_state/${name}`)).text).toBe(name);
    }
    expect((await ask(served, '/api/machine_state/demo/')).status).toBe(404);
    expect((await ask(served, '/api/machine_state//n01')).status).toBe(404);
  });

  it.each([
    ['bytes=0-2', 206, '012', 'bytes 0-2/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-30', 206, stored, 'bytes 0-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, 'invalid range: failed to overlap\n', 'bytes */10'],
    ['bytes=-0', 416, 'invalid range: failed to overlap\n', 'bytes */10'],
    ['bytes=5-2', 200, stored, null],
    ['bytes=0-1,4-5', 200, stored, null],
    ['lines=0-1', 200, stored, null],
    ['bytes=-', 200, stored, null],
  ])('answer the range %s with %i', async (range, status, text, contentRange) => {
    served = await serve({ machineState: {} });
    await put(path, stored);
    const answer = await get({ range });
    expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([status, text, contentRange]);
  });

  it('are sent again only where they changed', async () => {
    served = await serve({ machineState: {} });
    await put(path, stored);
    const since = new Date(served.clock.now()).toUTCString();
    const same = await get({ 'if-modified-since': since });
    expect([same.status, same.text]).toEqual([304, '']);
    expect((await get({ range: 'bytes=0-1', 'if-range': since })).text).toBe('01');
    served.clock.setWallTime(served.clock.now() + 5000);
    await put(path, `${stored}!`);
    expect((await get({ 'if-modified-since': since })).text).toBe(`${stored}!`);
    expect((await get({ range: 'bytes=0-1', 'if-range': since })).text).toBe(`${stored}!`);
  });

  it('are as long as the limit and no longer', async () => {
    served = await serve({ machineState: { maxBytes: 10 } });
    expect((await put(path, stored)).status).toBe(201);
    expect((await put(path, `${stored}!`)).status).toBe(413);
    expect((await get()).text).toBe(stored);
  });

  it('lead nowhere unless they are turned on', async () => {
    served = await serve();
    for (const as of ['A', undefined]) {
      const { status, text } = await ask(served, path, { as });
      expect([status, JSON.parse(text).status]).toEqual([404, 'Resource not found']);
    }
    expect((await ask(served, '/machine_state/demo/n01')).status).toBe(404);
  });
});
