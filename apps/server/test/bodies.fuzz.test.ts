import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { decodeMetrics } from '../src/decode-metrics.js';
import { aCluster } from './a-cluster.js';
import { apiToken, get, put, startTestServer, type TestServer } from './support.js';

let server: TestServer;
let token = '';
beforeAll(async () => {
  // What archiving changes of a job would look like something that was refused and kept.
  server = await startTestServer({ archiveDelay: '1d' });
  token = await apiToken(server, ['api', 'admin']);
  await put(`${server.url}/moorline/v1/clusters/demo`, aCluster('demo', 'n[01-20]'), token);
});
afterAll(() => server[Symbol.asyncDispose]());

const start = {
  ...{ jobId: 1, cluster: 'demo', user: 'alice', project: 'p', startTime: 1_700_000_000, numNodes: 1, walltime: 600 },
  ...{ resources: [{ hostname: 'n01', hwthreads: [0, 1] }], metaData: { jobName: 'fuzz' }, shared: 'none' },
};
const stop = { jobId: 1, cluster: 'demo', startTime: 1_700_000_000, stopTime: 1_700_000_300, jobState: 'completed' };
const nodes = { cluster: 'demo', nodes: [{ hostname: 'n01', states: ['allocated'], jobsRunning: 1 }] };
const lines = ['n01', 'n02', 'n03']
  .map((host) => `load_one,cluster=demo,hostname=${host},type=node value=1.5 1700000010`)
  .join('\n');

/** What is right, by the route that takes it. */
const valid: ['POST' | 'PATCH', string, string][] = [
  ['POST', '/api/jobs/start_job/', JSON.stringify(start)],
  ['POST', '/api/jobs/start_job/', JSON.stringify({ ...start, tags: [{ type: 't', name: 'n' }] })],
  ['POST', '/api/jobs/stop_job/', JSON.stringify(stop)],
  ['POST', '/api/jobs/tag_job/1', JSON.stringify([{ type: 't', name: 'n', scope: 'global' }])],
  [
    'PATCH',
    '/api/jobs/edit_meta/',
    JSON.stringify({ jobId: 1, cluster: 'demo', startTime: 1_700_000_000, payload: { key: 'k', value: 'v' } }),
  ],
  ['POST', '/api/nodestate/', JSON.stringify(nodes)],
  ['POST', '/api/write', lines],
  ['POST', '/api/write?cluster=demo', lines.replaceAll('cluster=demo,', '')],
];

interface Edit {
  /** Part of the text, 0 to 1. */
  at: number;
  removed: number;
  inserted: Uint8Array;
}

const piece = fc.oneof(
  fc.constantFrom(
    '"',
    '{',
    ']',
    ',',
    '0',
    '-',
    '99999999999999999999',
    'null',
    '\\',
    '\n',
    ' ',
    '=',
    'i',
    '\u0000',
    '1e400',
  ),
  fc.constantFrom('"jobId":2,', '"__proto__":{},', 'value=nan', 'stype=x,', '#', '\r\n', '1700000020'),
);
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 12 }),
  inserted: fc.oneof(
    piece.map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 3 }),
  ),
});

function edited(text: string, edits: readonly Edit[]): Uint8Array<ArrayBuffer> {
  let bytes = new TextEncoder().encode(text);
  for (const { at, removed, inserted } of edits) {
    const from = Math.floor(at * bytes.length);
    bytes = Uint8Array.from([...bytes.subarray(0, from), ...inserted, ...bytes.subarray(from + removed)]);
  }
  return bytes;
}

/** The 500 that the protocol has for what a caller did wrong. */
const captured = /^adding tag (?:to new job \d+ )?failed: cannot write/;

it('a body that was damaged is taken or refused, and stored as a whole or not at all', async () => {
  const run = fc.asyncProperty(
    fc.constantFrom(...valid),
    fc.array(edit, { maxLength: 3 }),
    async ([method, path, text], edits) => {
      const body = edited(text, edits);
      const before = await stored();
      const response = await send(method, path, body);
      const answer = await response.text();
      if (response.status >= 500) expect(JSON.parse(answer).error).toMatch(captured);
      expect(server.logger.records.filter(({ level }) => level === 'error')).toEqual([]);
      const after = await stored();
      if (path.startsWith('/api/write')) {
        // What comes before the first fault counts, and the answer tells of the fault.
        const options = { defaultCluster: 'demo', now: 1_700_000_000, isMetric: (name: string) => name === 'load_one' };
        const { samples, error } = decodeMetrics(body, options);
        expect(response.status).toBe(error === undefined ? 200 : 400);
        const storable = samples.filter(({ host, cluster }) => host !== '' && !/\.\.|[/\\]/.test(host + cluster));
        expect(after).toEqual({ jobs: before.jobs, samples: before.samples + storable.length });
      } else if (response.status >= 400 && !path.includes('tag') && !answer.includes('adding tag')) {
        expect(after).toEqual(before);
      }
    },
  );
  await fc.assert(run, { numRuns: fuzzInputs(100) });
});

const send = (method: string, path: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}` }, body });

/** Every job, and the number of samples that were taken or dropped for their cluster. */
async function stored(): Promise<{ jobs: string; samples: number }> {
  const jobs = await get(`${server.url}/api/jobs/?items-per-page=100000&with-metadata=1`, token);
  const metrics = await (await get(`${server.url}/metrics`)).text();
  const [taken, dropped] = ['samples_total', 'samples_dropped_total'].map((name) =>
    Number(new RegExp(`^moorline_metric_${name} (\\d+)$`, 'm').exec(metrics)?.[1]),
  );
  return { jobs: (await jobs.text()).replaceAll(/"duration":\d+/g, ''), samples: (taken ?? NaN) + (dropped ?? NaN) };
}

it('what is right is taken', async () => {
  for (const [method, path, text] of valid) {
    const { status } = await send(method, path, new TextEncoder().encode(text));
    // A start may have been taken above already.
    expect([200, 201, 422], path).toContain(status);
  }
});
