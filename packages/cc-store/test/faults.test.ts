import { createRecordingLogger } from '@moorline/core/testing';
import { isStoreError, openStore, StoreError } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { demo, demoStore, everything, firstPage, freshPlace, job, runSql } from './support.js';

it.each([
  { metricRetentionDays: 0 },
  { metricRetentionDays: 2, rollupRetentionDays: 1 },
  { rollupRetentionDays: 30 },
  { maxJobMetricPoints: 0 },
])(
  'refuses a retention of nothing, of samples without their roll-ups, and answers without points: %o',
  async (options) => {
    await expect(openStore({ ...freshPlace(), ...options })).rejects.toMatchObject({ code: 'invalid_argument' });
  },
);

describe('a store', () => {
  it('refuses everything after it was closed', async () => {
    const store = await demoStore();
    await store.close();
    await store.close();
    await expect(store.backend.startJob(job(1))).rejects.toMatchObject({ code: 'store_closed' });
    await expect(store.backend.listJobs({}, firstPage, everything, { metaData: false })).rejects.toMatchObject({
      code: 'store_closed',
    });
  });

  it('finishes what was begun when it closes', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    const starts = Array.from({ length: 100 }, (_, index) => store.backend.startJob(job(index + 1)));
    await store.close();
    expect((await Promise.all(starts)).every(({ outcome }) => outcome === 'started')).toBe(true);
    await using again = await openStore(place);
    expect(await again.stats()).toMatchObject({ jobs: 100 });
  });

  it('keeps what was answered under the option that is faster', async () => {
    const place = freshPlace();
    const store = await demoStore({ ...place, durability: 'relaxed' });
    await store.backend.startJob(job(1));
    await store.close();
    await using again = await openStore(place);
    expect(await again.stats()).toMatchObject({ jobs: 1 });
  });

  it('shows the other jobs when one cannot be read, and tells which', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    for (let id = 1; id <= 3; id++) await store.backend.startJob(job(id));
    await store.close();
    await runSql(place, "update job set document = '{broken' where id = 2");
    const logger = createRecordingLogger();
    await using again = await openStore({ ...place, logger });
    const jobs = await again.backend.listJobs({}, firstPage, everything, { metaData: false });
    expect(jobs.map(({ id }) => id)).toEqual([3, 1]);
    expect(logger.records).toMatchObject([{ level: 'error', fields: { id: 2 } }]);
    await expect(again.backend.getJob(2, everything)).rejects.toMatchObject({ code: 'file_corrupt' });
    expect(await again.check()).toMatchObject({ isSound: false, faults: ['job 2 cannot be read'] });
  });

  it('lets the writes beside one that meets such a job pass', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    for (let id = 1; id <= 3; id++) await store.backend.startJob(job(id));
    await store.close();
    await runSql(place, "update job set document = '{broken' where id = 2");
    await using again = await openStore(place);
    const { backend } = again;
    const edit = (jobId: number) => backend.editMeta({ jobId }, { key: 'k', value: 'v' }, everything);
    const answers = await Promise.allSettled([backend.startJob(job(4)), edit(2), edit(3), backend.startJob(job(5))]);
    expect(answers).toMatchObject([
      { value: { outcome: 'started' } },
      { reason: { code: 'file_corrupt' } },
      { value: { metaData: { k: 'v' } } },
      { value: { outcome: 'started' } },
    ]);
    expect(await again.stats()).toMatchObject({ jobs: 5 });
    expect(await runSql(place, 'select count(*) as edited from job where meta_data like \'%"k"%\'')).toEqual([
      { edited: 1 },
    ]);
  });

  it('keeps clusters as they were when a new description cannot be used', async () => {
    const store = await demoStore();
    const before = store.clusters.list();
    await expect(store.clusters.putCluster({ ...demo, metricConfig: [] })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(
      store.clusters.putCluster({ ...demo, subClusters: demo.subClusters.map((sub) => ({ ...sub, nodes: 'n[1-' })) }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(store.clusters.list()).toEqual(before);
  });
});

it('marks its errors for every copy of the package', () => {
  const error = new StoreError('x', { code: 'busy' });
  expect(isStoreError(error)).toBe(true);
  expect(isStoreError(new Error('x'))).toBe(false);
  expect(error.name).toBe('StoreError');
});
