import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operations } from '@moorline/cc-api';
import { ask, errorBody } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

let served: Served;
beforeEach(async () => {
  served = await serve({ machineState: {} });
});
afterEach(() => served.close());

const write = (body: string) => ask(served, '/api/write?cluster=demo', { method: 'POST', body });
const free = (query: string, body: unknown) => ask(served, `/api/free${query}`, { method: 'POST', body });

describe('the metric store (docs/protocol.md §3.9)', () => {
  it.each([
    ['', [], 400, 'application/json', errorBody('Bad Request', "'to' is a required query parameter")],
    [
      '?to=x',
      [],
      500,
      'application/json',
      errorBody('Internal Server Error', 'strconv.ParseInt: parsing "x": invalid syntax'),
    ],
    ['?to=5', 'nope', 400, 'text/plain; charset=utf-8', "invalid character 'o' in literal null (expecting 'u')\n"],
    ['/?to=5', [['demo', 'n01']], 200, 'text/plain; charset=utf-8', 'buffers freed: 0\n'],
  ])('#150 lets go of samples: free%s with %j', async (query, body, status, type, text) => {
    const answer = await free(query, body);
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([status, type, text]);
  });

  it('lets go below each path of what ends before a time', async () => {
    await write('load_one,hostname=n01 value=1 600\nload_one,hostname=n02 value=1 600\n');
    await write('load_one,hostname=n03 value=1 600\nload_one,hostname=n03 value=1 900\n');
    expect((await free('?to=630', [[]])).text).toBe('buffers freed: 0\n');
    expect((await free('?to=631', [['demo', 'n01'], ['nope']])).text).toBe('buffers freed: 1\n');
    expect((await free('?to=631', [[]])).text).toBe('buffers freed: 1\n');
    expect(served.backend.samples.map(({ host, time }) => [host, time])).toEqual([
      ['n03', 600],
      ['n03', 900],
    ]);
    expect((await ask(served, '/api/debug?selector=demo:n01')).text).toBe('{"data":{\n}}\n');
  });

  it('#151 shows what it holds, as a tree', async () => {
    await write('load_one,hostname=n01 value=1 600\ncpu_user,hostname=n01,type=hwthread,type-id=1 value=1 600\n');
    const { status, text, headers } = await ask(served, '/api/debug/?selector=demo:n01');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(text).toBe(
      '{"data":{\n\t"load_one":[{"start":570,"len":1,"end":630}],\n\t"hwthread1":{\n\t\t"cpu_user":[{"start":570,"len":1,"end":630}],\n\t},\n}}\n',
    );
    const unknown = await ask(served, '/api/debug?selector=demo:nope');
    const error = '[METRICSTORE]> not found: []string{"demo", "nope"}';
    expect([unknown.status, unknown.text]).toEqual([400, errorBody('Bad Request', error)]);
  });

  it('#152 is not shown to a POST, but at the documented path', async () => {
    expect((await ask(served, '/api/debug/', { method: 'POST' })).status).toBe(405);
    expect((await ask(served, '/debug/', { method: 'POST' })).text).toBe('{"data":{\n}}\n');
  });
});

const byToken = Object.entries(operations).filter(([, { group }]) => group === 'api' || group === 'metricStore');

describe('the routes that look after what was reported', () => {
  it.each(byToken.filter(([, { allowsScoped }]) => !allowsScoped))(
    '%s is not for tokens that are bound to clusters',
    async (_, { methods, paths }) => {
      const path = (paths[0] ?? '').replace(/\{\w+\}/g, '1');
      for (const as of ['HOST', 'CLUSTER', 'EVERY']) {
        const { status, text } = await ask(served, path, { method: methods[0] ?? '', as });
        const error = 'this token is bound to clusters and may not use this route';
        expect([status, text]).toEqual([403, errorBody('Forbidden', error)]);
      }
    },
  );

  it.each(byToken.filter(([, { documentedAt }]) => documentedAt !== undefined))(
    '%s answers at its documented path as at the real one',
    async (_, { methods, paths, documentedAt }) => {
      const fill = (path = '') => path.replace(/\{\w+\}/g, '1');
      for (const as of ['A', 'AD', undefined]) {
        const real = await ask(served, fill(paths[0]), { method: methods[0] ?? '', as });
        const documented = await ask(served, fill(documentedAt?.path), { method: documentedAt?.method ?? '', as });
        expect([documented.status, documented.text]).toEqual([real.status, real.text]);
      }
    },
  );
});
