import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, errorBody, j } from './support/ask.js';
import { serve, type Served } from './support/serve.js';

/** Tokens: HOST = n01 and n02 of demo; CLUSTER = demo; EVERY = `*`; NOSCOPE = an empty list. */
describe('a token that is bound to hosts or clusters (docs/protocol.md §3.2)', () => {
  let served: Served;
  beforeEach(async () => {
    served = await serve();
  });
  afterEach(() => served.close());

  const start = (as: string, more = {}) =>
    ask(served, '/api/jobs/start_job/', { method: 'POST', as, body: j(1, more) });
  const other = { cluster: 'demo2', resources: [{ hostname: 'x' }] };
  const forbidden = (error: string) => [403, errorBody('Forbidden', error)];

  it.each([
    ['HOST', {}, 201],
    ['HOST', { resources: [{ hostname: 'n02' }] }, 201],
    ['HOST', { resources: [{ hostname: 'n03' }] }, 403],
    ['HOST', { numNodes: 2, resources: [{ hostname: 'n01' }, { hostname: 'n03' }] }, 403],
    ['HOST', other, 403],
    ['CLUSTER', { resources: [{ hostname: 'n03' }] }, 201],
    ['CLUSTER', other, 403],
    ['EVERY', other, 201],
    ['NOSCOPE', {}, 403],
  ])('%s starting a job with %o: %i', async (as, more, status) => {
    expect((await start(as, more)).status).toBe(status);
    expect(
      await served.backend.listJobs({}, { page: 1, itemsPerPage: 9 }, { jobs: 'all' }, { metaData: false }),
    ).toHaveLength(status === 201 ? 1 : 0);
  });

  it('says which host a start was refused for', async () => {
    const { status, text } = await start('HOST', { resources: [{ hostname: 'n03' }] });
    expect([status, text]).toEqual(forbidden('this token may not start jobs on host n03 of cluster demo'));
  });

  it('refuses to stop a job elsewhere, and leaves it running', async () => {
    await start('A', { resources: [{ hostname: 'n03' }] });
    const body = { jobId: 1, stopTime: 1_700_000_001 };
    const { status, text } = await ask(served, '/api/jobs/stop_job/', { method: 'POST', as: 'HOST', body });
    expect([status, text]).toEqual(forbidden('this token may not stop jobs on those hosts of cluster demo'));
    // An unknown state must not tell more than that.
    const nosy = await ask(served, '/api/jobs/stop_job/', {
      method: 'POST',
      as: 'HOST',
      body: { ...body, jobState: 'x' },
    });
    expect(nosy.status).toBe(403);
    expect((await ask(served, '/api/jobs/stop_job/', { method: 'POST', as: 'CLUSTER', body })).status).toBe(200);
  });

  it('refuses a whole body of samples over one of another host', async () => {
    const body = 'load_one,hostname=n01 value=1 5\nload_one,hostname=n03 value=1 5\n';
    const { status, text } = await ask(served, '/api/write?cluster=demo', { method: 'POST', as: 'HOST', body });
    expect([status, text]).toEqual(forbidden('this token may not write metrics of host n03 of cluster demo'));
    expect(served.backend.samples).toEqual([]);
    const own = await ask(served, '/api/write?cluster=demo', {
      method: 'POST',
      as: 'HOST',
      body: 'load_one,hostname=n01 value=1 5',
    });
    expect([own.status, served.backend.samples.length]).toEqual([200, 1]);
  });

  it('refuses the states of other nodes', async () => {
    const report = (hostname: string) =>
      ask(served, '/api/nodestate/', {
        method: 'POST',
        as: 'HOST',
        body: { cluster: 'demo', nodes: [{ hostname, states: ['idle'] }] },
      });
    const { status, text } = await report('n03');
    expect([status, text]).toEqual(forbidden('this token may not report the state of host n03 of cluster demo'));
    expect([(await report('n01')).status, served.backend.nodeStates.length]).toEqual([200, 1]);
  });

  it('shows the jobs, hosts and descriptions of its clusters only', async () => {
    await start('A');
    await start('A', other);
    const read = async (path: string, as: string) => JSON.parse((await ask(served, path, { as })).text);
    expect((await read('/api/jobs/', 'CLUSTER')).jobs).toMatchObject([{ cluster: 'demo' }]);
    expect((await read('/api/jobs/?cluster=demo2', 'HOST')).jobs).toEqual([]);
    expect((await read('/api/jobs/', 'EVERY')).jobs).toHaveLength(2);
    expect((await ask(served, '/api/jobs/2', { as: 'CLUSTER' })).status).toBe(422);
    expect(await read('/api/jobs/used_nodes?ts=1800000000', 'HOST')).toEqual({ usedNodes: { demo: ['n01'] } });
    expect((await read('/api/clusters/', 'CLUSTER')).clusters).toMatchObject([{ name: 'demo' }]);
    expect((await read('/api/clusters/', 'NOSCOPE')).clusters).toEqual([]);
  });
});
