import { createEventHandlers } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { j } from './support/ask.js';
import { demo, demo2 } from './support/clusters.js';
import { decodeMetrics } from './support/line-protocol.js';

const startTime = 1_700_000_000;

function open() {
  const clock = createFakeClock(startTime * 1000);
  const backend = createInMemoryBackend({ clusters: [demo, demo2], clock });
  const handlers = createEventHandlers({ backend, decodeMetrics, clock });
  const start = (changes = {}) => handlers.startJob(JSON.stringify(j(1, changes)));
  const stop = (changes = {}) =>
    handlers.stopJob(JSON.stringify({ jobId: 1, cluster: 'demo', stopTime: startTime + 60, ...changes }));
  const jobs = () => backend.listJobs({}, { page: 1, itemsPerPage: 9 }, { jobs: 'all' }, { metaData: false });
  return { backend, handlers, start, stop, jobs };
}

describe('events without a request', () => {
  it('are applied once, however often they come', async () => {
    const { start, stop, jobs } = open();
    expect([await start(), await start()]).toEqual([{ outcome: 'applied' }, { outcome: 'duplicate' }]);
    expect([await stop(), await stop()]).toEqual([{ outcome: 'applied' }, { outcome: 'duplicate' }]);
    expect(await start()).toEqual({ outcome: 'duplicate' });
    expect(await jobs()).toMatchObject([{ jobState: 'completed', duration: 60 }]);
  });

  it('tell that what they build on is not there yet', async () => {
    const { start, stop } = open();
    expect(await stop()).toMatchObject({ outcome: 'not_found', status: 404 });
    expect(await start({ cluster: 'nope' })).toEqual({
      outcome: 'not_found',
      status: 400,
      error: 'no such cluster: nope',
    });
  });

  it('of a job id that is used again can come before the start that they mean', async () => {
    const { start, stop, jobs } = open();
    await start();
    await stop();
    const later = { startTime: startTime + 90_000 };
    const end = { stopTime: later.startTime + 5 };
    expect(await stop(end)).toMatchObject({ outcome: 'not_found', status: 422 });
    expect(await stop({ ...end, startTime })).toMatchObject({ outcome: 'refused', status: 422 });
    await start(later);
    expect(await stop(end)).toEqual({ outcome: 'applied' });
    expect(await jobs()).toMatchObject([{ duration: 5 }, { duration: 60 }]);
  });

  it('are refused in the words of the REST API', async () => {
    const { handlers, start, stop } = open();
    await start();
    const wrong = 'parsing request body failed: ';
    expect(await start({ startTime: startTime + 1 })).toMatchObject({
      ...{ outcome: 'refused', status: 422 },
      error: expect.stringContaining('already exists: dbid: 1, jobid: 1'),
    });
    expect(await start({ foo: 1 })).toMatchObject({ status: 400, error: `${wrong}json: unknown field "foo"` });
    // The original's process ends over this one.
    expect(await start({ resources: [null] })).toMatchObject({ outcome: 'refused', status: 400 });
    expect(await start({ user: '' })).toMatchObject({ status: 400, error: expect.stringContaining("'user'") });
    expect(await stop({ jobState: 'stopped' })).toMatchObject({
      ...{ outcome: 'refused', status: 400 },
      error: 'jobId 1 (id 1) on demo : invalid requested job state: "stopped"',
    });
    expect(await stop({ stopTime: 1 })).toMatchObject({ outcome: 'refused', status: 400 });
    await stop();
    expect(await stop({ jobState: 'failed' })).toMatchObject({
      ...{ outcome: 'refused', status: 422 },
      error: 'jobId 1 (id 1) on demo : job has already been stopped (state is: completed)',
    });
    expect(await handlers.updateNodeStates('{"nodes":[{"foo":1}]}')).toMatchObject({ outcome: 'refused', status: 400 });
  });

  it('may tag a job as a token of the role api alone may', async () => {
    const { backend, start, jobs } = open();
    const tags = [
      { type: 't', name: 'n' },
      { type: 't', name: 'own', scope: 'alice' },
    ];
    expect(await start({ tags })).toMatchObject({ outcome: 'refused', status: 500 });
    const [job] = await jobs();
    expect((await backend.getJob(job?.id ?? 0, { jobs: 'all' }))?.tags).toMatchObject([{ name: 'n', scope: 'global' }]);
  });

  it('update node states and write samples, up to a bad line', async () => {
    const { backend, handlers } = open();
    const states = { cluster: 'demo', nodes: [{ hostname: 'n01', states: ['IDLE'] }] };
    expect(await handlers.updateNodeStates(JSON.stringify(states))).toEqual({ outcome: 'applied' });
    expect(backend.nodeStates).toMatchObject([{ hostname: 'n01', state: 'idle', receivedAt: startTime }]);
    const lines = Buffer.from(`load_one,hostname=n01 value=1 ${startTime}\nload_one,hostname=n01 v=1 ${startTime}\n`);
    expect(await handlers.writeSamples(lines, { defaultCluster: 'demo' })).toMatchObject({
      ...{ outcome: 'refused', status: 400 },
      error: expect.stringContaining('unknown field'),
    });
    expect(backend.samples).toMatchObject([{ cluster: 'demo', host: 'n01', value: 1 }]);
  });
});
