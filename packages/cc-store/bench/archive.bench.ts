/**
 * Archiving stopped jobs of 19 metrics with 20 samples each: as fast as it goes, and while starts are sent, beside the same starts with
 * nothing to archive. Then a page of 25 archived jobs, beside one of 25 that are not.
 */
import type { StartJob } from '@moorline/cc-api/server';
import type { Store } from '@moorline/cc-store';
import { measure, report } from '../../../tools/bench/harness.js';
import { demo, epoch, job, metric } from '../test/fixtures.js';
import { loadDriver } from '../src/sql/driver.js';
import { freshStore, pathOf } from './support.js';

const metrics = Array.from({ length: 19 }, (_, index) => `metric_${String(index).padStart(2, '0')}`);
const jobs = 2000;
/** More than are archived in the second that starts are sent. */
const jobsInBackground = 8000;
const seconds = 1200;

const oneJob = (jobId: number, startTime: number): StartJob =>
  job(jobId, { startTime, resources: [{ hostname: `n${String(1 + (jobId % 16)).padStart(2, '0')}` }] });

/** With jobs that ended and wait to be archived. */
async function fill(name: string, count: number): Promise<Store> {
  const store = await freshStore(name, { archiveAfterMs: 3_600_000 });
  const metricConfig = metrics.map((one) => ({ ...metric(one, 'node', 'avg'), footprint: 'avg' as const }));
  await store.clusters.putCluster({ ...demo, metricConfig });
  for (let minute = 0; minute < seconds / 60; minute++) {
    const samples = Array.from({ length: 16 }, (_, host) =>
      metrics.map((one, index) => ({
        cluster: 'demo',
        host: `n${String(1 + host).padStart(2, '0')}`,
        metric: one,
        time: epoch + 60 * minute,
        value: ((host * 37 + index * 11 + minute * 7) % 1000) / 100,
      })),
    );
    await store.backend.writeSamples(samples.flat());
  }
  await store.compact();
  for (let jobId = 1; jobId <= count; jobId += 50) {
    const some = Array.from({ length: 50 }, (_, index) => jobId + index);
    await Promise.all(some.map((id) => store.backend.startJob(oneJob(id, epoch))));
    await Promise.all(
      some.map((id) =>
        store.backend.stopJob({ jobId: id, stopTime: epoch + seconds, jobState: 'completed' }, () => true),
      ),
    );
  }
  return store;
}

const archived = await fill('archived.db', jobs);
const startedAt = performance.now();
await archived.archive();
report({
  name: 'archiving jobs of 19 metrics',
  unit: 'jobs/s',
  ours: (jobs / (performance.now() - startedAt)) * 1000,
  goal: '≥ 500 jobs/s',
});

const plain = await freshStore('plain.db', { archiveAfterMs: 3_600_000 });
const everything = { jobs: 'all' } as const;
const list = (store: Store) => () =>
  store.backend.listJobs({}, { page: 1, itemsPerPage: 25 }, everything, { metaData: false });
for (let jobId = 1; jobId <= 100; jobId++) await plain.backend.startJob(oneJob(jobId, epoch));
const pages = await measure({ archived: list(archived), plain: list(plain) }, { rounds: 5 });
report({
  name: 'list of 25 archived jobs',
  unit: 'lists/s',
  ours: pages.archived.perSecond,
  peer: { name: '25 running jobs', value: pages.plain.perSecond },
  goal: '≥ 1600 lists/s',
});

/** Starts, 32 at once, until a time has passed. */
async function startsFor(store: Store, firstId: number, ms: number): Promise<{ perSecond: number; next: number }> {
  const begin = performance.now();
  let jobId = firstId;
  while (performance.now() - begin < ms) {
    await Promise.all(Array.from({ length: 32 }, () => store.backend.startJob(oneJob(++jobId, epoch + 100_000))));
  }
  return { perSecond: ((jobId - firstId) / (performance.now() - begin)) * 1000, next: jobId };
}

await (await fill('busy.db', jobsInBackground)).close();
// Their time has come: the store begins with them when it is opened.
const file = new (await loadDriver())(pathOf('busy.db'), { timeout: 5000 });
file.exec('update archive_queue set due_at = 0');
file.close();
const before = await startsFor(plain, 1_000_000, 1000);
const busy = await freshStore('busy.db', { archiveAfterMs: 0 });
const begin = performance.now();
const loaded = await startsFor(busy, 1_000_000, 1000);
const archivedMeanwhile = jobsInBackground - (await busy.stats()).archiveQueue;
const spent = performance.now() - begin;
if (archivedMeanwhile === jobsInBackground)
  throw new Error('the queue was empty before the starts ended: more jobs are needed');
const after = await startsFor(plain, before.next, 1000);
report({
  name: 'starts while jobs are archived',
  unit: 'starts/s',
  ours: loaded.perSecond,
  peer: { name: 'those with nothing to archive', value: (before.perSecond + after.perSecond) / 2 },
  goal: '≥ 0.8 ×',
});
report({ name: 'jobs archived meanwhile', unit: 'jobs/s', ours: (archivedMeanwhile / spent) * 1000 });
for (const store of [archived, plain, busy]) await store.close();
