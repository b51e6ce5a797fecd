import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, errorBody, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

/** Five minutes after the start of the job that has samples. */
const now = 1_700_000_300;
const started = now - 300;

let served: Served;
const get = async (path: string, as = 'A') => {
  const { status, text } = await ask(served, path, { as });
  return [status, text] as const;
};
const jobIds = async (query: string, as = 'A') => {
  const { text } = await ask(served, `/api/jobs/${query}`, { as });
  return JSON.parse(text).jobs.map(({ jobId }: { jobId: number }) => jobId);
};
const badRequest = (error: string) => [400, errorBody('Bad Request', error)];

describe('GET /api/jobs/ (docs/protocol.md §3.6)', () => {
  beforeAll(async () => {
    served = await serve({ now });
    const send = (path: string, body: unknown) => ask(served, path, { method: 'POST', body });
    expect(await get('/api/jobs/')).toEqual([200, '{"jobs":[],"items":25,"page":1}\n']); // #79
    const starts = [
      j(1, { startTime: 100, metaData: { k: 'v' } }),
      j(2, { startTime: 200, project: 'p2', user: 'bob' }),
      j(3, { startTime: 300, project: '' }),
      j(4, { startTime: 400, cluster: 'demo2', resources: [{ hostname: 'x' }] }),
    ];
    for (const body of starts) await send('/api/jobs/start_job/', body);
    await send('/api/jobs/stop_job/', { jobId: 1, stopTime: 150, jobState: 'failed' });
    await send('/api/jobs/stop_job/', { jobId: 2, stopTime: 250, jobState: 'timeout' });
  });
  afterAll(() => served.close());

  it.each([
    ['#91 the newest start first', '', [4, 3, 2, 1]],
    ['#80 the second page of two', '?items-per-page=2&page=2', [2, 1]],
    ['a page beyond the last', '?page=99', []],
    ['the adapter’s page', '?state=running&items-per-page=9999999&page=1&with-metadata=false', [4, 3]],
    ['#84 either of two states', '?state=failed&state=timeout', [2, 1]],
    ['#85 both bounds of a range', '?start-time=200-300', [3, 2]],
    ['#87 nothing in a range that goes backwards', '?start-time=10-5', []],
    ['#90 a project', '?project=p2', [2]],
    ['#90 no project', '?project=', [3]],
    ['#90 a cluster', '?cluster=demo2', [4]],
    ['the first of two clusters', '?cluster=demo2&cluster=demo', [4]],
    ['no cluster of that name', '?cluster=nope', []],
  ])('lists %s', async (_, query, expected) => {
    expect(await jobIds(query)).toEqual(expected);
  });

  it.each([
    ['#81', 'items-per-page=0', 'items-per-page must be >= 1'],
    ['#81', 'page=0', 'page must be >= 1'],
    ['#81', 'page=x', 'strconv.Atoi: parsing "x": invalid syntax'],
    ['#81', 'page=', 'strconv.Atoi: parsing "": invalid syntax'],
    ['#82', 'foo=1', 'invalid query parameter: foo'],
    ['#83', 'state=stopped', 'invalid query parameter value: state'],
    ['#86', 'start-time=5', 'invalid query parameter value: startTime'],
    ['#86', 'start-time=1-2-3', 'invalid query parameter value: startTime'],
    ['#86', 'start-time=a-b', 'strconv.ParseInt: parsing "a": invalid syntax'],
    ['#86', 'start-time=10-', 'strconv.ParseInt: parsing "": invalid syntax'],
  ])('%s refuses ?%s', async (_, query, error) => {
    expect(await get(`/api/jobs/?${query}`)).toEqual(badRequest(error));
  });

  it('#88 #89 gives metadata where with-metadata is there, whatever it says', async () => {
    const metaData = async (query: string) =>
      JSON.parse((await get(`/api/jobs/?start-time=100-100${query}`))[1]).jobs[0].metaData;
    expect(await metaData('&with-metadata=false')).toEqual({ k: 'v' });
    expect(await metaData('')).toBeNull();
  });

  it('#99 #100 names the hosts of running jobs that started before', async () => {
    expect(await get('/api/jobs/used_nodes?ts=400')).toEqual([200, '{"usedNodes":{"demo":["n01"]}}\n']);
    expect(await get('/api/jobs/used_nodes?ts=401')).toEqual([200, '{"usedNodes":{"demo":["n01"],"demo2":["x"]}}\n']);
    expect(await get('/api/jobs/used_nodes?ts=-10')).toEqual([200, '{"usedNodes":{}}\n']);
    expect(await get('/api/jobs/used_nodes')).toEqual(badRequest('missing required query parameter: ts'));
    const error = 'invalid timestamp format: strconv.ParseInt: parsing "x": invalid syntax';
    expect(await get('/api/jobs/used_nodes?ts=x')).toEqual(badRequest(error));
  });

  it('#103 describes all clusters, one, or says that there is none', async () => {
    const names = async (query: string) =>
      JSON.parse((await get(`/api/clusters/${query}`))[1]).clusters.map(({ name }: { name: string }) => name);
    expect(await names('')).toEqual(['demo', 'demo2']);
    expect(await names('?cluster=demo')).toEqual(['demo']);
    expect(await get('/api/clusters/?cluster=x')).toEqual(badRequest('unknown cluster: x'));
    expect(await get('/api/clusters/?cluster=')).toEqual(badRequest('unknown cluster: '));
  });
});

describe('one job and its metrics (docs/protocol.md §3.7, §3.9)', () => {
  const write = (lines: string[], as = 'A', query = '?cluster=demo') =>
    ask(served, `/api/write${query}`, { method: 'POST', body: lines.join('\n'), as });
  const series = async (metrics: unknown) => {
    const { text } = await ask(served, '/api/jobs/1', { method: 'POST', body: metrics });
    return text.slice(text.indexOf('"Data":'));
  };

  beforeAll(async () => {
    served = await serve({ now });
    await ask(served, '/api/jobs/start_job/', {
      method: 'POST',
      body: j(401, { startTime: started, metaData: { k: 'v' } }),
    });
  });
  afterAll(() => served.close());

  it('#92 answers with capitalised members', async () => {
    const [status, text] = await get('/api/jobs/1');
    expect(status).toBe(200);
    expect(text).toMatch(/^\{"Meta":\{"cluster":"demo",.*"metaData":\{"k":"v"\}.*\},"Data":null\}\n$/);
  });

  it.each([
    ['#94', '999999', 422, 'finding job with db id 999999 failed: sql: no rows in result set'],
    ['', '-1', 422, 'finding job with db id -1 failed: sql: no rows in result set'],
    ['#95', 'abc', 400, 'integer expected in path for id: strconv.ParseInt: parsing "abc": invalid syntax'],
    ['', '1%2F2', 400, 'integer expected in path for id: strconv.ParseInt: parsing "1%2F2": invalid syntax'],
    [
      '',
      '99999999999999999999',
      400,
      'integer expected in path for id: strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ],
  ])('%s answers for the id %s with %i', async (_, id, status, error) => {
    const reason = status === 400 ? 'Bad Request' : 'Unprocessable Entity';
    expect(await get(`/api/jobs/${id}`)).toEqual([status, errorBody(reason, error)]);
    const post = await ask(served, `/api/jobs/${id}`, { method: 'POST', body: '{}' });
    expect([post.status, post.text]).toEqual([status, errorBody(reason, error)]);
  });

  it('#97 wants a list of names', async () => {
    const error = 'decoding request failed: json: cannot unmarshal object into Go value of type api.GetJobAPIRequest';
    const { status, text } = await ask(served, '/api/jobs/1', { method: 'POST', body: '{}' });
    expect([status, text]).toEqual(badRequest(error));
    expect(await series([])).toBe('"Data":[]}\n');
  });

  it('#98 shows a user no job of another', async () => {
    const { status } = await ask(served, '/userapi/jobs/1', { as: 'BX' });
    expect(status).toBe(422);
    expect((await ask(served, '/userapi/jobs/1', { as: 'U' })).status).toBe(200);
  });

  it('#140 #141 #96 stores samples and gives them back with two decimals and null for gaps', async () => {
    const first = await write([`load_one,hostname=n01,type=node value=1.5 ${started}`]);
    expect([first.status, first.text, first.headers.get('content-type')]).toEqual([200, '', 'application/json']);
    await write([`load_one,cluster=demo,host=n01 value=2i ${started + 120}`], 'U', '/');
    expect(await series(['load_one'])).toBe(
      '"Data":[{"metric":{"unit":{"base":""},"series":[{"hostname":"n01","statistics":{"min":1.50,"avg":1.75,"max":2.00},"data":[1.50,null,2.00]}],"timestep":60},"name":"load_one","scope":"node"}]}\n',
    );
  });

  it('#149 aggregates hardware threads for a node, and keeps them apart for a core', async () => {
    const lines = [0, 1, 2, 3].map((id) => `cpu_user,hostname=n01,type=hwthread,type-id=${id} value=${id}0 ${started}`);
    await write(lines);
    expect(await series(['cpu_user'])).toContain(
      '"hostname":"n01","id":"3","statistics":{"min":30.00,"avg":30.00,"max":30.00}',
    );
    const [, text] = await get('/api/jobs/metrics/1?metric=cpu_user', 'B');
    expect(JSON.parse(text).data.jobMetrics).toMatchObject([{ scope: 'node', metric: { series: [{ data: [15] }] } }]);
  });

  it('#93 maps metric to scope to series', async () => {
    const [, text] = await get('/api/jobs/1?all-metrics=true');
    expect(Object.keys(JSON.parse(text).Data)).toEqual(['cpu_user', 'load_one']);
    expect(JSON.parse(text).Data.load_one.node.series[0].data).toEqual([1.5, null, 2]);
    expect(JSON.parse((await get('/api/jobs/1?all-metrics=1'))[1]).Data).toBeNull();
  });

  it('#101 refuses a scope that is none', async () => {
    const error = 'unmarshaling scope failed: SCHEMA/METRICS > foo is not a valid MetricScope';
    expect(await get('/api/jobs/metrics/1?scope=foo')).toEqual(badRequest(error));
  });

  it.each([
    ['#102 a scheduler’s token', '1', 'A', 'you are not allowed to see this job'],
    ['an unknown id', '9', 'B', 'sql: no rows in result set'],
    ['no integer', 'abc', 'A', 'strconv.ParseInt: parsing \\"abc\\": invalid syntax'],
  ])('answers %s with 200 and an error', async (_, id, as, message) => {
    const expected = [200, `{"data":null,"error":{"message":"${message}"}}\n`];
    expect(await get(`/api/jobs/metrics/${id}`, as)).toEqual(expected);
  });

  it('answers an unknown metric with an empty list', async () => {
    const expected = [200, '{"data":{"jobMetrics":[]},"error":null}\n'];
    expect(await get('/api/jobs/metrics/1?metric=nosuch', 'B')).toEqual(expected);
  });

  it.each([
    ['#142 an unknown metric', ['nosuch,hostname=n01 value=1 5'], 200, ''],
    ['#143 another field', ['load_one,hostname=n07 v=1 5'], 400, "host n07: unknown field: 'v' (value: …)"],
    [
      '#144 a truth value',
      ['load_one,hostname=n07 value=t 5'],
      400,
      'host n07: unsupported value type in message: bool',
    ],
    ['#144 a text', ['load_one,hostname=n07 value="s" 5'], 400, 'host n07: unsupported value type in message: string'],
    ['#148 a host that is a path', ['load_one,hostname=../x value=1 5'], 200, ''],
    ['a sample of no host', ['load_one value=1 5'], 200, ''],
    ['an empty body', [], 200, ''],
  ])('answers %s and stores nothing of it', async (_, lines, status, error) => {
    const before = served.backend.samples.length;
    const answer = await write(lines);
    expect([answer.status, answer.text]).toEqual([status, status === 200 ? '' : errorBody('Bad Request', error)]);
    expect(served.backend.samples).toHaveLength(before);
  });

  it('#145 stores what comes before a line that cannot be read', async () => {
    const before = served.backend.samples.length;
    const { status } = await write([
      'mem_used,hostname=n01 value=10 5',
      'mem_used,hostname=n01 value=oops 6',
      'mem_used,hostname=n01 value=30 7',
    ]);
    expect([status, served.backend.samples.slice(before)]).toMatchObject([
      400,
      [{ metric: 'mem_used', value: 10, time: 5 }],
    ]);
  });

  it('#146 #147 hands the decoder the server’s time', async () => {
    await write([`node_power,hostname=n02 value=1 ${now}000`, 'node_power,hostname=n02 value=2']);
    expect(served.backend.samples.slice(-2)).toMatchObject([{ time: now }, { time: now }]);
  });
});

describe('node states (docs/protocol.md §3.8)', () => {
  beforeAll(async () => {
    served = await serve({ now });
  });
  afterAll(() => served.close());

  const report = (body: unknown, path = '/api/nodestate/', method = 'POST') => ask(served, path, { method, body });
  const stored = () => served.backend.nodeStates;

  it.each([
    ['POST', '/api/nodestate/'],
    ['PUT', '/api/nodestate/'],
    ['POST', '/api/healthcheck'],
    ['POST', '/api/healthcheck/'],
  ])('#135 stores a state by %s %s and answers 200 without body', async (method, path) => {
    const { status, text, headers } = await report(
      { cluster: 'demo', nodes: [{ hostname: 'n01', states: ['IDLE'], cpusAllocated: 3 }] },
      path,
      method,
    );
    expect([status, text, headers.get('content-type')]).toEqual([200, '', null]);
    expect(stored().at(-1)).toEqual({
      ...{ cluster: 'demo', hostname: 'n01', state: 'idle', receivedAt: now },
      ...{ cpusAllocated: 3, memoryAllocated: 0, gpusAllocated: 0, jobsRunning: 0 },
    });
  });

  it('#136 takes the strongest word', async () => {
    const words = [['idle', 'down'], ['mixed', 'idle'], ['DRAIN'], [], ['Idle', 'ALLOCATED', 'reserved']];
    await report({ cluster: 'demo', nodes: words.map((states, index) => ({ hostname: `n0${index + 2}`, states })) });
    expect(
      stored()
        .slice(-5)
        .map(({ state }) => state),
    ).toEqual(['down', 'idle', 'unknown', 'unknown', 'allocated']);
  });

  it.each([
    ['#137 an unknown cluster', { cluster: 'nope', nodes: [{ hostname: 'n01', states: ['idle'] }] }],
    ['#137 an unknown host', { cluster: 'demo', nodes: [{ hostname: 'n99', states: ['idle'] }] }],
    ['no nodes', { cluster: 'demo', nodes: null }],
    ['an empty object', {}],
    ['null', 'null'],
  ])('answers %s with 200 and stores nothing', async (_, body) => {
    const before = stored().length;
    const { status, text } = await report(body);
    expect([status, text, stored().length]).toEqual([200, '', before]);
  });

  it('stores hosts of a cluster that takes every host', async () => {
    await report({ cluster: 'demo2', nodes: [{ hostname: 'anyhost', states: ['down'] }] });
    expect(stored().at(-1)).toMatchObject({ cluster: 'demo2', hostname: 'anyhost', state: 'down' });
  });

  it('#138 refuses an unknown key', async () => {
    const { status, text } = await report({ cluster: 'demo', nodes: [{ hostname: 'n01', states: [], x: 1 }] });
    expect([status, text]).toEqual(badRequest('parsing request body failed: json: unknown field "x"'));
  });
});
