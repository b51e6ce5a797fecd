/**
 * Memory of the server under mixed load on a store with many jobs: starts and stops of jobs whose samples are there, and their archives,
 * lists, used nodes, and samples of 102,000 series every ten seconds. It must reach a level and stay there.
 *
 * node --import tsx --conditions=@moorline/source bench/memory.bench.ts
 */
import { setTimeout as wait } from 'node:timers/promises';
import { report } from '../../../tools/bench/harness.js';
import { metrics, startBenchServer } from './bench-server.js';
import { openLoad } from './load/load.js';
import type { Requests } from './load/plan.js';
import { epoch, hosts } from './load/requests.js';
import { sizes } from './sizes.js';

const jobs = sizes.jobs.at(-1) ?? 0;
const ours = await startBenchServer(jobs);

/** Resident megabytes, one a second. */
const resident: number[] = [];
let isWatched = true;
const watching = watch();

// The journal is filled and folded once before the time begins: after that nothing should grow any more.
const sampleLoad = openLoad();
let firstTime = epoch;
const roundsOfOneJournal = 9;
for (let round = 0; round < roundsOfOneJournal; round++) await writeRound();

const warmUpEnd = resident.length;
const end = performance.now() + sizes.soakSeconds * 1000;
const isOver = (): boolean => performance.now() >= end;
await Promise.all([
  startAndStop(),
  always({ kind: 'get', path: '/api/jobs/?state=completed&page=40' }),
  write(),
  usedNodes(),
]);
sampleLoad.close();
isWatched = false;
await watching;
const mostResident = ours.mostResidentMb();
await ours.close();

const soak = resident.slice(warmUpEnd);
const third = Math.ceil(soak.length / 3);
const most = (values: readonly number[]): number => Math.max(...values);
const [before, last] = [most(soak.slice(third, 2 * third)), most(soak.slice(2 * third))];
report({
  name: `most memory, ${jobs.toLocaleString('en-US')} jobs, mixed load`,
  unit: 'MB',
  ours: mostResident,
  goal: '≤ 250 MB',
});
report({
  name: `last third of ${sizes.soakSeconds} s`,
  unit: 'MB',
  ours: last,
  peer: { name: 'the third before', value: before },
  goal: '≤ 1.05 ×',
});

async function startAndStop(): Promise<void> {
  const load = openLoad();
  const run = { url: ours.url, token: ours.token, connections: 4, seconds: 60 };
  for (let firstJob = jobs + 1; !isOver();) {
    // Archives hold the samples of ten minutes, once there are so many.
    const someJobs = { firstJob, startTime: Math.max(firstTime - 600, epoch) };
    const { answers } = await load.run({ ...run, requests: 500, what: { kind: 'start', ...someJobs } });
    // On a busy machine fewer were started in the time.
    await load.run({ ...run, requests: answers, what: { kind: 'stop', ...someJobs } });
    firstJob += answers;
  }
  load.close();
}

async function always(what: Requests, connections = 2): Promise<void> {
  const load = openLoad();
  while (!isOver()) await load.run({ url: ours.url, token: ours.token, connections, seconds: 2, what });
  load.close();
}

async function usedNodes(): Promise<void> {
  await always({ kind: 'get', path: '/api/jobs/used_nodes?ts=1900000000' }, 1);
}

/** One sample of each series every ten seconds, or as soon as the ones before are answered. */
async function write(): Promise<void> {
  while (!isOver()) {
    const pause = wait(10_000);
    await writeRound();
    if (!isOver()) await pause;
  }
}

/** One sample of each series. */
async function writeRound(): Promise<void> {
  const lines = 1000;
  const run = { url: ours.url, token: ours.token, connections: 2, seconds: 60, requests: (metrics * hosts) / lines };
  await sampleLoad.run({ ...run, what: { kind: 'write', lines, metrics, firstTime } });
  firstTime += 10;
}

async function watch(): Promise<void> {
  for (; isWatched; await wait(1000)) resident.push(ours.residentMb());
}
