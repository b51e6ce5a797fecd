import type { Cluster, JobMetricWithName } from '@moorline/cc-api';
import type { MetricSample } from '@moorline/cc-api/server';
import { openStore, type Store } from '@moorline/cc-store';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { demo, demoStore, epoch, everything, firstPage, job, metric, startChild, temporaryFolder } from './support.js';

/** The cluster of the captured answers: footprints, and a metric of power. */
const site: Cluster = {
  ...demo,
  metricConfig: [
    { ...metric('load_one', 'node', 'avg'), footprint: 'avg' },
    { ...metric('mem_used', 'node', 'sum'), footprint: 'max', unit: { base: 'B', prefix: 'G' } },
    { ...metric('node_power', 'node', 'sum'), energy: 'power', unit: { base: 'W' } },
    metric('cpu_user', 'hwthread', 'avg'),
  ],
};

const sample = (name: string, minute: number, value: number, part: Partial<MetricSample> = {}): MetricSample => ({
  cluster: 'demo',
  host: 'n01',
  metric: name,
  time: epoch + 60 * minute,
  value,
  ...part,
});
const measured = [
  ...[1.5, 2.5, 3, 4.25].map((value, index) => sample('load_one', 1 + index, value)),
  sample('mem_used', 1, 10),
  sample('node_power', 1, 300),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((id) => sample('cpu_user', 1, 10 * id, { type: 'hwthread', typeId: String(id) })),
];

async function siteStore(options: Parameters<typeof demoStore>[0] = {}): Promise<Store> {
  const store = await demoStore(options);
  await store.clusters.putCluster(site);
  return store;
}

async function run(store: Store, jobId: number, changes: Parameters<typeof job>[1] = {}): Promise<void> {
  await store.backend.startJob(job(jobId, changes));
  await store.backend.stopJob({ jobId, stopTime: epoch + 240, jobState: 'completed' }, () => true);
}

const list = (store: Store) => store.backend.listJobs({}, firstPage, everything, { metaData: false });
const names = (found: readonly JobMetricWithName[]) => found.map(({ name, scope }) => `${name} ${scope}`);

/** Changes the file behind the store's back. */
async function sql(path: string, ...statements: string[]): Promise<void> {
  const connection = new Connection(await loadDriver(), path);
  for (const statement of statements) connection.exec(statement);
  connection.close();
}

describe('a stopped job', () => {
  it('has statistics, footprint and energy as captured, once it is archived', async () => {
    const store = await siteStore();
    await store.backend.writeSamples(measured);
    await run(store, 401);
    await store.archive();
    const [listed] = await list(store);
    expect(listed?.statisticsText).toBe(
      '{"cpu_user":{"unit":{"base":""},"avg":35,"min":35,"max":35},"load_one":{"unit":{"base":""},"avg":2.33,"min":1.5,"max":3},"mem_used":{"unit":{"base":"B","prefix":"G"},"avg":10,"min":10,"max":10},"node_power":{"unit":{"base":"W"},"avg":300,"min":300,"max":300}}',
    );
    expect(listed).toMatchObject({
      monitoringStatus: 3,
      footprint: { load_one_avg: 2.33, mem_used_max: 10 },
      energy: 0.02,
    });
    expect(await store.backend.getJob(1, everything)).not.toHaveProperty('statisticsText');
    expect(await store.check()).toMatchObject({ isSound: true, archives: 1 });
  });

  it('is archived by itself, some seconds after the stop, and keeps what came until then', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await siteStore({ clock, archiveAfterMs: 5_000 });
    await run(store, 1);
    await clock.advance(4_999);
    expect((await list(store))[0]).toMatchObject({ monitoringStatus: 1 });
    expect((await store.stats()).archiveQueue).toBe(1);
    await store.backend.writeSamples([sample('load_one', 1, 7)]);
    await clock.advance(1);
    await store.archive();
    const [listed] = await list(store);
    expect(listed).toMatchObject({ monitoringStatus: 3, footprint: { load_one_avg: 7, mem_used_max: 0 } });
    expect((await store.stats()).archiveQueue).toBe(0);
  });

  it('does not keep a store open that closes while others write', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await openStore({ path: join(temporaryFolder(), 'store.db'), clock, archiveAfterMs: 5_000 });
    await store.clusters.putCluster(site);
    await run(store, 1);
    await clock.advance(5_000);
    // It leaves time to those who write beside it: not if its store is closing, where no time may pass any more.
    const others = [2, 3, 4].map((jobId) => store.backend.startJob(job(jobId)));
    await Promise.all([store.close(), ...others]);
  });

  it('has its series of the stored scopes from then on, whatever becomes of the samples', async () => {
    const path = join(temporaryFolder(), 'store.db');
    let native: JobMetricWithName[];
    {
      await using store = await siteStore({ path });
      await store.backend.writeSamples(measured);
      await run(store, 1);
      const [before] = await list(store);
      if (before === undefined) throw new Error('the job is there');
      native = await store.backend.jobMetrics(before, [], ['node', 'core']);
      await store.archive();
    }
    await sql(path, 'delete from chunk', 'delete from journal');
    const store = await siteStore({ path });
    const [after] = await list(store);
    if (after === undefined) throw new Error('the job is there');
    expect(await store.backend.jobMetrics({ ...after, monitoringStatus: 1 }, [], ['node'])).toEqual([]);

    expect(await store.backend.jobMetrics(after, [], [])).toEqual(native);
    expect(names(await store.backend.jobMetrics(after, [], ['core']))).toEqual([
      'load_one node',
      'mem_used node',
      'node_power node',
      'cpu_user core',
    ]);
    expect(names(await store.backend.jobMetrics(after, ['cpu_user'], ['socket']))).toEqual([
      'cpu_user node',
      'cpu_user core',
    ]);
    expect(await store.backend.jobMetrics(after, ['nosuch'], [])).toEqual([]);
  });

  it('on more than eight nodes keeps no cores, with accelerators those', async () => {
    const store = await demoStore();
    const resources = Array.from({ length: 9 }, (_, index) => ({ hostname: `n0${index + 1}` }));
    await store.backend.writeSamples([
      sample('cpu_user', 1, 1, { type: 'hwthread', typeId: '0' }),
      sample('acc_util', 1, 2, { type: 'accelerator', typeId: '00:01.0' }),
    ]);
    await run(store, 1, { numNodes: 9, resources });
    await run(store, 2, { numNodes: 9, resources, numAcc: 2 });
    await store.archive();
    const scopes = [];
    for (const found of await list(store)) scopes.push(names(await store.backend.jobMetrics(found, [], [])));
    expect(scopes).toEqual([
      ['cpu_user node', 'cpu_user hwthread', 'acc_util node', 'acc_util accelerator'],
      ['cpu_user node', 'acc_util node'],
    ]);
  });

  it('without samples has empty statistics and a footprint of zeros', async () => {
    const store = await siteStore();
    await run(store, 1, { footprint: { reported: 1 }, energy: 2.5 });
    await store.archive();
    expect(await list(store)).toMatchObject([
      { monitoringStatus: 3, statisticsText: '{}', footprint: { load_one_avg: 0, mem_used_max: 0 }, energy: 2.5 },
    ]);
  });

  it('is left alone where its monitoring is off, or it was stopped as running', async () => {
    const store = await siteStore();
    await run(store, 1, { monitoringStatus: 0 });
    await store.backend.startJob(job(2, { startTime: epoch + 1 }));
    await store.backend.stopJob({ jobId: 2, stopTime: epoch + 60, jobState: 'running' }, () => true);
    await store.archive();
    const jobs = await list(store);
    expect(jobs.map(({ jobId, monitoringStatus }) => [jobId, monitoringStatus])).toEqual([
      [2, 1],
      [1, undefined],
    ]);
  });
});

describe('archiving', () => {
  it('goes on past jobs of forgotten clusters, with null resources, and past rows that cannot be read', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const logger = createRecordingLogger();
    {
      await using store = await siteStore({ path, archiveAfterMs: 3_600_000 });
      await store.backend.writeSamples(measured);
      for (const jobId of [1, 2, 3, 4]) await run(store, jobId);
    }
    await sql(
      path,
      `update job set cluster = 'gone' where job_id = 1`,
      `update job set resources = '[null]' where job_id = 2`,
      `update job set document = '{' where job_id = 3`,
    );
    const store = await siteStore({ path, logger });
    await store.archive();
    const jobs = await list(store);
    expect(jobs.map(({ jobId, monitoringStatus }) => [jobId, monitoringStatus])).toEqual([
      [4, 3],
      [2, 3],
      [1, 2],
    ]);
    expect(jobs[1]).toMatchObject({ statisticsText: '{}' });
    expect(await store.backend.usedNodes(epoch * 2)).toEqual({});
    expect((await store.stats()).archiveQueue).toBe(0);
    expect(logger.records.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'archiving a job failed: nobody described its cluster',
        'left an unreadable job without an archive',
      ]),
    );
  });

  it('that left something unreadable hides that alone', async () => {
    const path = join(temporaryFolder(), 'store.db');
    {
      await using store = await siteStore({ path });
      await store.backend.writeSamples(measured);
      for (const jobId of [1, 2, 3]) await run(store, jobId);
      await store.archive();
    }
    await sql(
      path,
      'update job_archive set data = zeroblob(20) where job = 1',
      `update job set statistics = '{"load' where id = 2`,
    );
    const store = await siteStore({ path });
    const jobs = await list(store);
    expect(jobs.map(({ id, statisticsText }) => [id, statisticsText?.length])).toEqual([
      [3, 259],
      [2, undefined],
      [1, 259],
    ]);
    const [damaged] = jobs.filter(({ id }) => id === 1);
    if (damaged === undefined) throw new Error('the job is there');
    // What is left of the samples answers.
    expect(names(await store.backend.jobMetrics(damaged, ['load_one'], []))).toEqual(['load_one node']);
    expect(await store.check()).toMatchObject({
      isSound: false,
      faults: ['the statistics of job 2 cannot be read', 'the archive of job 1 cannot be read'],
    });
  });

  it('goes on at the next open after kill -9', async () => {
    const path = join(temporaryFolder(), 'store.db');
    const child = startChild('archiver', path);
    await child.line(() => child.lines.length >= 60);
    child.process.kill('SIGKILL');
    await child.ended;
    const clock = createFakeClock(Date.now() + 60_000);
    await using store = await openStore({ path, clock });
    expect(await store.check()).toMatchObject({ isSound: true });
    await store.archive();
    const page = { page: 1, itemsPerPage: 1_000_000 };
    const jobs = await store.backend.listJobs({ states: ['completed'] }, page, everything, { metaData: false });
    expect(jobs.length).toBeGreaterThanOrEqual(60);
    for (const { jobId, monitoringStatus, statisticsText } of jobs) {
      expect([jobId, monitoringStatus, statisticsText]).toEqual([
        jobId,
        3,
        `{"load_one":{"unit":{"base":""},"avg":${jobId},"min":${jobId},"max":${jobId}}}`,
      ]);
    }
    expect(await store.check()).toMatchObject({ isSound: true, archives: jobs.length });
  });
});
