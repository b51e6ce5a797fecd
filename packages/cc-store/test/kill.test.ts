import type { Job } from '@moorline/cc-api';
import { openStore } from '@moorline/cc-store';
import { expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { epoch, everything, freshPlace, isShared, naiveBuckets, startChild } from './support.js';

const rounds = isShared ? soak(1, 4) : soak(2, 4);

/** Kills a writer at some moment of its work, several times over the same place, and compares with what it was answered. */
it('has every answered write after kill -9, none twice, and is sound', async () => {
  const place = freshPlace();
  const answered: string[] = [];
  let last: { longJob: Job; data: readonly (number | null)[] } | undefined;
  for (let round = 0; round < rounds; round++) {
    const child = startChild('store-writer', JSON.stringify(place), String(1 + round * 10_000));
    // At another place of its work each time.
    const enough = 50 + round * 277;
    await child.line(() => child.lines.length >= enough);
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    answered.push(...child.lines);

    await using store = await openStore({ ...place, maxJobMetricPoints: Infinity });
    expect(await store.check()).toMatchObject({ isSound: true, faults: [] });
    const page = { page: 1, itemsPerPage: 1_000_000 };
    const jobs = await store.backend.listJobs({}, page, everything, { metaData: false });
    const byJobId = new Map(jobs.map((job) => [job.jobId, job]));
    expect(byJobId.size).toBe(jobs.length);
    const [any] = jobs;
    if (any === undefined) throw new Error('fifty lines were printed');
    const longJob = { ...any, jobState: 'completed' as const, startTime: epoch, duration: 60 * 100_000 };
    const [load] = await store.backend.jobMetrics(longJob, ['load_one'], ['node']);
    const data = load?.metric.series[0]?.data ?? [];
    // The writer gives each job a slot of its own, and its id as the value.
    const firstId = data[0] ?? 0;
    for (const line of answered) {
      const [what, id] = line.split(' ');
      const jobId = Number(id);
      const job = byJobId.get(jobId);
      if (job === undefined) throw new Error(`"${line}" was answered, but the job is not there`);
      if (what === 'stopped') expect(job).toMatchObject({ jobState: 'completed', duration: jobId });
      if (what === 'sampled') expect(data[jobId - firstId]).toBe(jobId);
    }
    last = { longJob, data };
  }

  // Whatever folds were interrupted, the roll-ups say what the samples say.
  await using store = await openStore(place);
  if (last === undefined) throw new Error('there were rounds');
  const [rolled] = await store.backend.jobMetrics(last.longJob, ['load_one'], ['node']);
  const samples = last.data.flatMap((id) => (id === null ? [] : [[epoch + id * 60, id] as const]));
  const { statistics, data } = naiveBuckets(samples, 3600);
  expect(rolled?.metric).toMatchObject({ timestep: 3600, series: [{ statistics, data }] });
});
