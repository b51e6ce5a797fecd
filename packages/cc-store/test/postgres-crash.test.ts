import { isStoreError, openStore } from '@moorline/cc-store';
import { expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../../tools/testenv/postgres.js';
import { soak } from '../../../tools/testenv/scale.js';
import { demo, epoch, everything, job } from './support.js';

const all = { page: 1, itemsPerPage: 1_000_000 };

/** Two servers write while Postgres itself is ended at once and started again, some times; neither is opened again. */
it('keeps every answered write when Postgres crashes, none twice, and goes on', async () => {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  const place = { postgres: { url: server.url }, compactAfterMs: 50 };
  await using a = await openStore(place);
  await using b = await openStore(place);
  await a.clusters.putCluster(demo);

  const answered = { started: new Set<number>(), sampled: new Set<number>() };
  const failed = { started: new Set<number>(), sampled: new Set<number>() };
  const noted = async (what: 'started' | 'sampled', jobId: number, write: Promise<unknown>): Promise<void> => {
    try {
      await write;
      answered[what].add(jobId);
    } catch (error) {
      if (!isStoreError(error)) throw error;
      expect(['connection_lost', 'outcome_unknown']).toContain(error.code);
      if (error.code === 'outcome_unknown') failed[what].add(jobId);
    }
  };
  let next = 1;
  const eight = (): Promise<unknown> =>
    Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const jobId = next++;
        const { backend } = index % 2 === 0 ? a : b;
        const sample = { cluster: 'demo', host: 'n01', metric: 'load_one', time: epoch + jobId * 60, value: jobId };
        return Promise.all([
          noted('started', jobId, backend.startJob(job(jobId))),
          noted('sampled', jobId, backend.writeSamples([sample])),
        ]);
      }),
    );

  for (let crash = 0; crash < soak(3, 30); crash++) {
    for (let times = 0; times < 3; times++) await eight();
    const underWay = eight();
    // At another place of the writes each time: before they are sent, within their transaction, at its commit.
    for (let turns = 0; turns < crash * 2; turns++) await new Promise((resolve) => setImmediate(resolve));
    server.crash();
    await underWay;
    // What comes after the crash is answered, without a new store.
    const before = answered.started.size;
    await eight();
    expect(answered.started.size).toBe(before + 8);
  }

  for (const store of [a, b]) {
    const jobs = await store.backend.listJobs({}, all, everything, { metaData: false });
    const kept = jobs.map(({ jobId }) => jobId);
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept).toEqual(expect.arrayContaining([...answered.started]));
    expect(kept.filter((jobId) => !answered.started.has(jobId) && !failed.started.has(jobId))).toEqual([]);
    const [any] = jobs;
    if (any === undefined) throw new Error('there are jobs');
    const longJob = { ...any, jobState: 'completed' as const, startTime: epoch, duration: 60 * next };
    const [load] = await store.backend.jobMetrics(longJob, ['load_one'], ['node']);
    const values = new Set(load?.metric.series[0]?.data);
    expect([...answered.sampled].filter((jobId) => !values.has(jobId))).toEqual([]);
    expect(await store.check()).toMatchObject({ isSound: true, faults: [] });
  }
});
