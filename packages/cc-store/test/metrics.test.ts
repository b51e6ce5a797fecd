import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import type { MetricScope } from '@moorline/cc-api';
import type { MetricSample } from '@moorline/cc-api/server';
import { openStore, type Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import {
  demo,
  demoStore,
  epoch,
  everything,
  firstPage,
  freshPlace,
  isShared,
  job,
  metric,
  pollHourly,
  runSql,
} from './support.js';

type Part = Pick<MetricSample, 'type' | 'typeId' | 'subtype' | 'subtypeId'>;
const sample = (name: string, minute: number, value: number, part: Part = {}, host = 'n01'): MetricSample => ({
  cluster: 'demo',
  host,
  metric: name,
  time: epoch + minute * 60,
  value,
  ...part,
});
const thread = (id: number): Part => ({ type: 'hwthread', typeId: String(id) });

/** Metric → scope → `host` or `host/id` → data, of the newest job. */
async function read(store: Store, names: string[] = [], scopes: MetricScope[] = []) {
  const [newest] = await store.backend.listJobs({}, { ...firstPage, itemsPerPage: 1 }, everything, { metaData: false });
  if (newest === undefined) throw new Error('there is a job');
  const found: Record<string, (number | null)[]> = {};
  for (const { name, scope, metric: answer } of await store.backend.jobMetrics(newest, names, scopes)) {
    for (const { hostname, id, data } of answer.series) {
      found[[name, scope, hostname, id].filter((part) => part !== undefined).join(' ')] = data;
    }
  }
  return found;
}

async function storeWithJob(changes: Parameters<typeof job>[1] = {}, seconds = 3600): Promise<Store> {
  const store = await demoStore();
  await store.backend.startJob(job(1, changes));
  await store.backend.stopJob({ jobId: 1, stopTime: epoch + seconds, jobState: 'completed' }, () => true);
  return store;
}

describe('metrics of a job', () => {
  it('#96 #140 are there as soon as they were answered, and again from chunks', async () => {
    const store = await storeWithJob();
    expect(await read(store)).toEqual({});
    await store.backend.writeSamples([sample('load_one', 1, 1.5)]);
    const expected = { 'load_one node n01': [1.5] };
    expect(await read(store, ['load_one'])).toEqual(expected);
    await store.compact();
    expect(await read(store, ['load_one'])).toEqual(expected);
    expect((await store.stats()).metrics).toMatchObject({ journalSamples: 0, journalBytes: 0 });
  });

  it('come with unit, timestep and statistics', async () => {
    const store = await storeWithJob();
    await store.backend.writeSamples([sample('load_one', 0, 1), sample('load_one', 2, 4)]);
    const [found] = await store.backend.listJobs({}, firstPage, everything, { metaData: false });
    if (found === undefined) throw new Error('there is a job');
    expect(await store.backend.jobMetrics(found, [], [])).toEqual([
      {
        name: 'load_one',
        scope: 'node',
        metric: {
          unit: { base: '' },
          timestep: 60,
          series: [{ hostname: 'n01', statistics: { min: 1, avg: 2.5, max: 4 }, data: [1, null, 4] }],
        },
      },
    ]);
  });

  it('#149 of hardware threads are averaged for the node and kept apart for threads and cores', async () => {
    const store = await storeWithJob();
    await store.backend.writeSamples([0, 1, 2, 3, 4, 5, 6, 7].map((id) => sample('cpu_user', 1, id, thread(id))));
    expect(await read(store, ['cpu_user'], ['node'])).toEqual({ 'cpu_user node n01 0': [3.5] });
    expect(await read(store, ['cpu_user'], ['core'])).toEqual({
      'cpu_user core n01 0': [2],
      'cpu_user core n01 1': [3],
      'cpu_user core n01 2': [4],
      'cpu_user core n01 3': [5],
    });
    expect(await read(store, ['cpu_user'], ['socket'])).toEqual({
      'cpu_user socket n01 0': [2.5],
      'cpu_user socket n01 1': [4.5],
    });
    expect(Object.keys(await read(store, ['cpu_user'], ['hwthread']))).toHaveLength(8);
    expect(await read(store, ['cpu_user'], ['accelerator'])).toEqual(await read(store, ['cpu_user'], ['hwthread']));
  });

  it('come at the coarser of the native scope and the asked one, once', async () => {
    const store = await storeWithJob();
    await store.backend.writeSamples([
      sample('load_one', 1, 1),
      sample('mem_bw', 1, 10, { type: 'memoryDomain', typeId: '0' }),
      sample('mem_bw', 1, 20, { type: 'memoryDomain', typeId: '1' }),
    ]);
    expect(await read(store, [], ['core', 'hwthread'])).toEqual({
      'load_one node n01': [1],
      'mem_bw memoryDomain n01 0': [10],
      'mem_bw memoryDomain n01 1': [20],
    });
    expect(await read(store, ['mem_bw'], ['node', 'socket'])).toEqual({
      'mem_bw node n01 0': [30],
      'mem_bw socket n01 0': [10],
      'mem_bw socket n01 1': [20],
    });
  });

  it('are those of the hardware threads and accelerators that the job has', async () => {
    const resources = [{ hostname: 'n01', hwthreads: [0, 4], accelerators: ['00:02.0'] }];
    const store = await storeWithJob({ resources });
    await store.backend.writeSamples([
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((id) => sample('cpu_user', 1, id, thread(id))),
      sample('acc_util', 1, 5, { type: 'accelerator', typeId: '00:01.0' }),
      sample('acc_util', 1, 7, { type: 'accelerator', typeId: '00:02.0' }),
    ]);
    expect(await read(store)).toEqual({ 'cpu_user node n01 0': [2], 'acc_util node n01 00:02.0': [7] });
    expect(await read(store, [], ['accelerator'])).toEqual({
      'cpu_user hwthread n01 0': [0],
      'cpu_user hwthread n01 4': [4],
      'acc_util accelerator n01 00:02.0': [7],
    });
  });

  it('prefer what was measured for the whole node over what can be put together', async () => {
    const store = await storeWithJob();
    await store.backend.writeSamples([sample('cpu_user', 1, 99), sample('cpu_user', 1, 1, thread(0))]);
    expect(await read(store, ['cpu_user'])).toEqual({ 'cpu_user node n01': [99] });
  });

  it('put devices below a part together', async () => {
    const store = await storeWithJob();
    await store.clusters.putCluster({ ...demo, metricConfig: [...demo.metricConfig, metric('net', 'node', 'sum')] });
    const device = (subtypeId: string): Part => ({ subtype: 'network', subtypeId });
    await store.backend.writeSamples([sample('net', 1, 3, device('eth0')), sample('net', 1, 4, device('eth1'))]);
    expect(await read(store, ['net'])).toEqual({ 'net node n01': [7] });
  });

  it('begin at the first sample since the start and end at the last before the stop, without padding', async () => {
    const store = await storeWithJob({ numNodes: 2, resources: [{ hostname: 'n01' }, { hostname: 'n02' }] }, 600);
    await store.backend.writeSamples([
      ...[-1, 3, 5, 10].map((minute) => sample('load_one', minute, minute)),
      sample('load_one', 9, 10, {}, 'n02'),
      sample('load_one', 11, 11, {}, 'n03'),
    ]);
    expect(await read(store)).toEqual({ 'load_one node n01': [3, null, 5], 'load_one node n02': [10] });
  });

  it('have the last value that was written for a time, in memory, in chunks and across both', async () => {
    const store = await storeWithJob();
    await store.backend.writeSamples([sample('load_one', 1, 1), sample('load_one', 1, 2), sample('load_one', 0, 5)]);
    expect(await read(store)).toEqual({ 'load_one node n01': [5, 2] });
    await store.compact();
    await store.backend.writeSamples([sample('load_one', 1, 3)]);
    expect(await read(store)).toEqual({ 'load_one node n01': [5, 3] });
    await store.compact();
    expect(await read(store)).toEqual({ 'load_one node n01': [5, 3] });
  });

  it('of clusters that nobody described are left out and counted', async () => {
    const store = await storeWithJob();
    await store.backend.writeSamples([{ ...sample('load_one', 1, 1), cluster: 'nope' }, sample('load_one', 1, 2)]);
    expect((await store.stats()).metrics).toMatchObject({ dropped: 1, samples: 1, series: 1 });
  });

  it('are stored all or not at all when one of them is impossible', async () => {
    const store = await storeWithJob();
    for (const bad of [{ time: 1.5 }, { value: NaN }, { value: Infinity }, { time: 2 ** 53 }]) {
      const samples = [sample('load_one', 1, 1), { ...sample('load_one', 2, 2), ...bad }];
      await expect(store.backend.writeSamples(samples)).rejects.toMatchObject({ code: 'invalid_argument' });
    }
    expect(await read(store)).toEqual({});
  });

  it('of a job whose cluster is not described are none', async () => {
    const { backend } = await demoStore();
    const found = { ...(await backend.startJob(job(1, { cluster: 'gone' }))) };
    expect(found.outcome).toBe('started');
    const orphan = await backend.getJob(1, everything);
    expect(orphan && (await backend.jobMetrics(orphan, [], []))).toEqual([]);
  });
});

describe('the journal', () => {
  it('is read again at the next open, and folded at close', async () => {
    const place = freshPlace();
    const clock = createFakeClock();
    const first = await openStore({ ...place, clock });
    await first.clusters.putCluster(demo);
    await first.backend.startJob(job(1));
    for (let minute = 0; minute < 5; minute++) await first.backend.writeSamples([sample('load_one', minute, minute)]);
    await clock.advance(600_000);
    const before = await read(first);
    expect(before).toEqual({ 'load_one node n01': [0, 1, 2, 3, 4] });
    await first.close();
    await using second = await openStore({ ...place, clock });
    expect(await read(second)).toEqual(before);
    expect((await second.stats()).metrics).toMatchObject({ journalSamples: 0, series: 1 });
  });

  it('is folded by itself after the time that was asked for', async () => {
    const clock = createFakeClock();
    const store = await demoStore({ clock, compactAfterMs: 1000 });
    await store.backend.startJob(job(1));
    await store.backend.writeSamples([sample('load_one', 0, 1)]);
    expect((await store.stats()).metrics.journalSamples).toBe(1);
    await clock.advance(1000);
    await store.compact();
    expect(await store.check()).toMatchObject({ isSound: true, chunks: 1, journalRows: 0 });
  });

  it('has one row for all writes of a turn', async () => {
    const store = await demoStore();
    const before = (await store.stats()).commits;
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => store.backend.writeSamples([sample('load_one', index, index)])),
    );
    expect((await store.stats()).commits).toBe(before + 1);
    expect(await store.check()).toMatchObject({ isSound: true, journalRows: 1 });
  });

  it('that was damaged loses the damaged row alone, and says so', async () => {
    const place = freshPlace();
    const first = await openStore(place);
    await first.clusters.putCluster(demo);
    await first.backend.startJob(job(1));
    await first.backend.stopJob({ jobId: 1, stopTime: epoch + 3600, jobState: 'completed' }, () => true);
    await first.backend.writeSamples([sample('load_one', 0, 1)]);
    await first.compact();
    await first.close();
    await runSql(place, 'insert into journal (batch) values (?)', [Uint8Array.of(1, 2, 3, 4, 5, 6)]);
    const logger = createRecordingLogger();
    await using second = await openStore({ ...place, logger });
    expect(await read(second)).toEqual({ 'load_one node n01': [1] });
    expect(logger.records).toMatchObject([{ level: 'error' }]);
    expect(await second.check()).toMatchObject({ isSound: false, faults: [expect.stringContaining('journal row')] });
  });

  it('in long series is cut into chunks of some hundred samples', async () => {
    const store = await storeWithJob({}, 60 * 3000);
    const times = Array.from({ length: 2000 }, (_, minute) => minute);
    for (let start = 0; start < 2000; start += 250) {
      await store.backend.writeSamples(
        times.slice(start, start + 250).map((minute) => sample('load_one', minute, minute)),
      );
      await store.compact();
    }
    expect(await read(store)).toEqual({ 'load_one node n01': times });
    expect(await store.check()).toMatchObject({ isSound: true, chunks: 4 });
  });
});

describe('retention', () => {
  it('forgets old chunks and the series that have no other, and lets them come back', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await demoStore({ clock, metricRetentionDays: 1, compactAfterMs: 3_600_000 });
    await store.backend.startJob(job(1));
    // No job needs what n02 measures.
    await store.backend.writeSamples([sample('load_one', 0, 1), sample('cpu_user', 0, 1, thread(0), 'n02')]);
    await clock.advance(3_600_000);
    await store.compact();
    expect((await store.stats()).metrics.series).toBe(2);
    await store.backend.writeSamples([sample('load_one', 60 * 24, 2)]);
    for (let hour = 0; hour < 24; hour++) await clock.advance(3_600_000);
    await store.compact();
    // Where other servers write, a series stays: one of them may be about to write a sample of it.
    await pollHourly(store, clock, async () => [
      (await store.check()).chunks,
      (await store.stats()).metrics.series,
    ]).toEqual([1, isShared ? 2 : 1]);
    expect(await read(store)).toEqual({ 'load_one node n01': [1, ...Array<null>(1439).fill(null), 2] });
    await store.backend.writeSamples([sample('cpu_user', 60 * 25, 9, thread(0), 'n02')]);
    await store.backend.startJob(job(2, { resources: [{ hostname: 'n02' }] }));
    expect(await read(store, ['cpu_user'])).toEqual({ 'cpu_user node n02 0': [9] });
    expect(await store.check()).toMatchObject({ isSound: true });
  });

  it('keeps what any of many jobs needs that run or wait to be archived', async () => {
    const clock = createFakeClock(epoch * 1000);
    const archiveAfterMs = 30 * 24 * 3_600_000;
    const store = await demoStore({ clock, metricRetentionDays: 1, compactAfterMs: 3_600_000, archiveAfterMs });
    const jobIds = Array.from({ length: 600 }, (_, index) => index + 1);
    // More run, and more wait, than are read at once; the next ones start when the last of those before did.
    const startTime = (jobId: number) => epoch + (jobId > 300 ? 1 : 0);
    await Promise.all(
      jobIds.map((jobId) =>
        store.backend.startJob(job(jobId, { startTime: startTime(jobId), resources: [{ hostname: `h${jobId}` }] })),
      ),
    );
    const stop = { stopTime: epoch + 600, jobState: 'completed' } as const;
    const stopped = jobIds.filter((jobId) => jobId % 2 === 0);
    await Promise.all(stopped.map((jobId) => store.backend.stopJob({ ...stop, jobId }, () => true)));
    const hosts = [...jobIds.map((jobId) => `h${jobId}`), 'unneeded'];
    await store.backend.writeSamples(hosts.map((host) => sample('load_one', 1, 1, {}, host)));
    await store.compact();
    expect(await store.check()).toMatchObject({ chunks: 601 });
    for (let hour = 0; hour < 26; hour++) await clock.advance(3_600_000);
    await pollHourly(store, clock, async () => (await store.check()).chunks).toBe(600);
  });
});

describe('node states', () => {
  const state = { state: 'idle', cpusAllocated: 0, memoryAllocated: 0, gpusAllocated: 0, jobsRunning: 0 } as const;
  it('#135 #137 keep the newest of each known host, and pass over unknown hosts and clusters', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    await store.backend.writeSamples([sample('load_one', 0, 1, {}, 'n02')]);
    const nodes = ['n01', 'n02', 'n99'].map((hostname) => ({ ...state, hostname }));
    await store.backend.updateNodeStates('demo', nodes, epoch + 10);
    await store.backend.updateNodeStates('nope', nodes, epoch + 10);
    await store.backend.updateNodeStates('demo', [{ ...state, hostname: 'n03', state: 'down' }], epoch + 10);
    const found = await runSql(place, 'select host, sub_cluster, state, health, reported_at from node order by host');
    const common = { sub_cluster: 'main', reported_at: epoch + 10 };
    expect(found).toEqual([
      { ...common, host: 'n01', state: 'idle', health: 'failed' },
      { ...common, host: 'n02', state: 'idle', health: 'partial' },
      { ...common, host: 'n03', state: 'down', health: 'full' },
    ]);
  });

  it('keep in history what was news', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    const report = (time: number, jobsRunning: number) =>
      store.backend.updateNodeStates('demo', [{ ...state, hostname: 'n01', jobsRunning }], time);
    await report(1, 0);
    await report(2, 0);
    await report(3, 1);
    await report(4, 0);
    expect(await runSql(place, 'select time, jobs_running from node_state order by id')).toEqual([
      { time: 1, jobs_running: 0 },
      { time: 3, jobs_running: 1 },
      { time: 4, jobs_running: 0 },
    ]);
  });
});
