import { createCcClient, parseCluster } from '@moorline/cc-api';
import { ccMock } from '@moorline/cc-api/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reportEnd } from '../src/report-end.js';

// Nothing leaves this process: msw answers what the client's fetch sends.
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const cc = createCcClient({ baseUrl: 'https://cc.example.org', token: 'any', retry: { minDelayMs: 0, maxDelayMs: 0 } });
const end = { jobId: 4711, cluster: 'demo', stopTime: 1_700_000_600, jobState: 'completed' } as const;

it('reports the end of a job that runs', async () => {
  // A whole small server: it checks what it is sent, and shows what it has.
  const cluster = parseCluster({
    name: 'demo',
    metricConfig: [{ name: 'load_one', timestep: 60 }],
    subClusters: [{ name: 'main', nodes: 'n[01-16]' }],
  });
  const job = { jobId: 4711, cluster: 'demo', user: 'alice', numNodes: 1, resources: [{ hostname: 'n01' }] };
  const jobs = [{ ...job, startTime: 1_700_000_000 }];
  server.use(...ccMock.simulate({ clusters: [cluster], jobs }).handlers);

  expect(await reportEnd(cc, end)).toEqual({ done: true, text: 'job 4711 ran for 600 s' });
  expect((await cc.listJobs({ states: ['completed'] })).jobs).toMatchObject([{ jobId: 4711, duration: 600 }]);
});

describe('what the server may answer', () => {
  it.each([
    [404, true, 'the server does not know job 4711'],
    [422, true, 'job 4711 was reported before'],
    [401, false, /^unauthorized: /],
    [500, false, /^internal_server_error: /],
  ] as const)('%i', async (status, done, text) => {
    // In the words of the real server; a status that the operation does not have does not compile.
    server.use(ccMock.stopJob.respond(status));
    expect(await reportEnd(cc, end)).toEqual({ done, text: expect.stringMatching(text) });
  });
});

describe('what no document tells', () => {
  it('heals one broken connection by itself', async () => {
    server.use(ccMock.stopJob.networkError({ once: true }), ccMock.stopJob.respond(200));
    expect(await reportEnd(cc, end)).toMatchObject({ done: true });
  });

  it('leaves the report for later when the network is gone', async () => {
    server.use(ccMock.stopJob.networkError());
    const text = expect.stringMatching(/^network_error: .*may have been done all the same$/);
    expect(await reportEnd(cc, end)).toEqual({ done: false, text });
  });

  it('does not take the page of a proxy for a success', async () => {
    server.use(ccMock.stopJob.text('<h1>Be right back</h1>', 200));
    expect(await reportEnd(cc, end)).toMatchObject({ done: false, text: expect.stringContaining('invalid_response') });
  });
});
