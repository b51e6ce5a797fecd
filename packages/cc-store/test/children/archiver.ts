/*
 * Runs jobs with one sample each, archives them at once, and prints the ids of those whose stop was answered, until it is killed.
 * Parameter: path of the store.
 */
import { openStore } from '@moorline/cc-store';
import { writeSync } from 'node:fs';
import { demo, epoch, job } from '../fixtures.js';

const store = await openStore({ path: process.argv[2] ?? '', archiveAfterMs: 0 });
await store.clusters.putCluster(demo);

async function oneJob(jobId: number): Promise<void> {
  const startTime = epoch + jobId * 120;
  const host = `n${String(1 + (jobId % 16)).padStart(2, '0')}`;
  await store.backend.startJob(job(jobId, { startTime, resources: [{ hostname: host }] }));
  await store.backend.writeSamples([{ cluster: 'demo', host, metric: 'load_one', time: startTime, value: jobId }]);
  await store.backend.stopJob({ jobId, stopTime: startTime + 60, jobState: 'completed' }, () => true);
  writeSync(1, `${jobId}\n`);
}

for (let jobId = 1; ; jobId += 8) {
  await Promise.all(Array.from({ length: 8 }, (_, index) => oneJob(jobId + index)));
}
