/*
 * Starts and stops jobs and writes samples as fast as it can, and prints what was answered, until it is killed.
 * Parameters: where the store is (JSON), first job id.
 */
import { openStore, type StoreOptions } from '@moorline/cc-store';
import { writeSync } from 'node:fs';
import { demo, epoch, job } from '../fixtures.js';

const [place = '', first = '1'] = process.argv.slice(2);
const store = await openStore({ ...(JSON.parse(place) as StoreOptions), compactAfterMs: 20 });
await store.clusters.putCluster(demo);
// Past every buffer of this process: what was printed is known outside even if the next instruction is never reached.
const say = (line: string): void => void writeSync(1, `${line}\n`);

async function oneJob(jobId: number): Promise<void> {
  const started = await store.backend.startJob(job(jobId, { startTime: epoch + jobId }));
  say(`started ${jobId} ${started.outcome}`);
  const time = epoch + jobId * 60;
  await store.backend.writeSamples([{ cluster: 'demo', host: 'n01', metric: 'load_one', time, value: jobId }]);
  say(`sampled ${jobId}`);
  if (jobId % 2 === 0) return;
  await store.backend.stopJob({ jobId, stopTime: epoch + 2 * jobId, jobState: 'completed' }, () => true);
  say(`stopped ${jobId}`);
}

for (let jobId = Number(first); ; jobId += 8) {
  await Promise.all(Array.from({ length: 8 }, (_, index) => oneJob(jobId + index)));
}
