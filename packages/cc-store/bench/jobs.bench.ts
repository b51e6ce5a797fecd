/**
 * Starts and stops through the group commit, 32 at once, against the same SQL on bare libsql with the same durability (one
 * transaction for 32), on an empty store and on one with 100,000 jobs. Then all jobs of a real log, started and stopped in its order.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JobFilter, StartJob } from '@moorline/cc-api/server';
import { measure, notAvailable, report } from '../../../tools/bench/harness.js';
import { sharedFolder } from '../../../tools/testenv/shared.js';
import { epoch, job } from '../test/fixtures.js';
import { bareDatabase, freshStore } from './support.js';

const atOnce = 32;
const metaData = {
  jobName: 'simulation',
  jobScript: 'srun ./simulate --steps 1000 --input case.dat',
  slurmInfo: 'JobId=1',
};
const nextJob = (jobId: number): StartJob =>
  job(jobId, {
    startTime: epoch + jobId,
    user: `u${jobId % 50}`,
    project: `p${jobId % 20}`,
    partition: 'main',
    walltime: 3600,
    metaData,
  });

const { backend, close } = await freshStore('store.db');
const bare = await bareDatabase('bare.db');
const statements = {
  find: bare.prepare(
    'select id from job where job_id = ? and cluster = ? and start_time > ? order by start_time desc limit 1',
  ),
  insert: bare.prepare(
    `insert into job (cluster, job_id, start_time, state, project, user_name, duration, resources, document, meta_data)
     values (?, ?, ?, 'running', ?, ?, 0, ?, ?, ?) returning id`,
  ),
  findRunning: bare.prepare(
    'select id, state, start_time, document from job where job_id = ? and cluster = ? order by id desc limit 1',
  ),
  update: bare.prepare('update job set state = ?, duration = ? where id = ?'),
};

const ours = { started: 0, stopped: 0 };
const theirs = { started: 0, stopped: 0 };
const start = async (): Promise<void> => {
  await Promise.all(Array.from({ length: atOnce }, () => backend.startJob(nextJob(++ours.started))));
};
const stop = async (): Promise<void> => {
  const stops = Array.from({ length: atOnce }, () => {
    const jobId = ++ours.stopped;
    return backend.stopJob({ jobId, cluster: 'demo', stopTime: epoch + 2 * jobId, jobState: 'completed' }, () => true);
  });
  for (const { outcome } of await Promise.all(stops)) if (outcome !== 'stopped') throw new Error(outcome);
};
const bareStart = (): void => {
  bare.exec('BEGIN IMMEDIATE');
  for (let index = 0; index < atOnce; index++) {
    const { cluster, jobId, startTime, project, user, resources, ...rest } = nextJob(++theirs.started);
    statements.find.all([jobId, cluster, startTime - 86_400]);
    const texts = [resources, { ...rest, metaData: undefined }, metaData].map((value) => JSON.stringify(value));
    const [row] = statements.insert.all([cluster, jobId, startTime, project, user, ...texts]);
    if (row === undefined) throw new Error('the row was not inserted');
  }
  bare.exec('COMMIT');
};
const bareStop = (): void => {
  bare.exec('BEGIN IMMEDIATE');
  for (let index = 0; index < atOnce; index++) {
    const jobId = ++theirs.stopped;
    const [row] = statements.findRunning.all([jobId, 'demo']);
    const { id } = row as { id: number };
    statements.update.run(['completed', jobId, id]);
  }
  bare.exec('COMMIT');
};

const peer = 'bare libsql, same SQL and fsync';
async function compare(name: string): Promise<void> {
  const starts = await measure({ store: start, bare: bareStart }, { calls: 60, rounds: 7 });
  report({
    name: `starts, ${name}`,
    unit: 'starts/s',
    ours: starts.store.perSecond * atOnce,
    peer: { name: peer, value: starts.bare.perSecond * atOnce },
    goal: '≥ 6000 starts/s',
  });
  report({
    name: `starts, ${name}, CPU time`,
    unit: 'µs',
    ours: (starts.store.cpuMsPerCall / atOnce) * 1000,
    peer: { name: peer, value: (starts.bare.cpuMsPerCall / atOnce) * 1000 },
    goal: '≤ 2 ×',
  });
  const stops = await measure({ store: stop, bare: bareStop }, { calls: 40, rounds: 5, warmUpMs: 20 });
  report({
    name: `stops, ${name}`,
    unit: 'stops/s',
    ours: stops.store.perSecond * atOnce,
    peer: { name: peer, value: stops.bare.perSecond * atOnce },
    goal: '≥ 3000 stops/s',
  });
}

await compare('empty');
while (ours.started < 100_000) await start();
while (theirs.started < 100_000) bareStart();
await compare('100,000 jobs');

while (ours.started - ours.stopped > 3000) await stop();
const everything = { jobs: 'all' } as const;
let asked = 0;
/** Of a page that is seldom asked for again: what was answered lately is kept. */
const list = (filter: JobFilter) => (): Promise<unknown> =>
  backend.listJobs(filter, { page: 1 + (++asked % 400), itemsPerPage: 25 }, everything, { metaData: false });
const twoStates: JobFilter = { states: ['running', 'completed'] };
const reads = await measure(
  {
    page: list({}),
    twoStates: list(twoStates),
    usedNodes: () => backend.usedNodes(epoch * 2 + ++asked),
    byId: () => backend.getJob(1 + (++asked % 100_000), everything),
  },
  { rounds: 5 },
);
report({
  name: 'list of 25, any page, 100,000 jobs',
  unit: 'lists/s',
  ours: reads.page.perSecond,
  goal: '≥ 2000 lists/s',
});
report({
  name: 'list of 25, any page, two states',
  unit: 'lists/s',
  ours: reads.twoStates.perSecond,
  goal: '≥ 800 lists/s',
});
report({ name: 'used nodes, 3,000 jobs running', unit: 'answers/s', ours: reads.usedNodes.perSecond });
report({ name: 'any job by id', unit: 'jobs/s', ours: reads.byId.perSecond, goal: '≥ 3000 jobs/s' });
await close();
bare.close();

const shared = sharedFolder();
const log = shared === undefined ? '' : join(shared, 'data/workloads/NASA-iPSC-1993-3.1-cln.swf.gz');
if (existsSync(log)) await replay(log);
else notAvailable({ name: 'replay of a workload log', reason: 'no reference files: set MOORLINE_SHARED' });

/** Starts and stops in the order in which they happened, 32 in flight; a stop waits for its own start. */
async function replay(path: string): Promise<void> {
  const lines = gunzipSync(readFileSync(path)).toString('latin1').split('\n');
  const jobs = lines
    .filter((line) => /^\s*\d/.test(line))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([jobId = 0, submit = 0, wait = 0, run = 0, nodes = 1]) => ({
      jobId,
      at: submit + Math.max(0, wait),
      run: Math.max(0, run),
      nodes,
    }));
  const events = jobs
    .flatMap((one) => [
      { ...one, time: one.at, isStart: true },
      { ...one, time: one.at + one.run, isStart: false },
    ])
    .sort((a, b) => a.time - b.time || Number(b.isStart) - Number(a.isStart));
  const store = await freshStore('replay.db');
  const startedAt = performance.now();
  const started = new Map<number, Promise<unknown>>();
  const inFlight = new Set<Promise<unknown>>();
  for (const { jobId, at, run, nodes, isStart } of events) {
    while (inFlight.size >= atOnce) await Promise.race(inFlight);
    const resources = Array.from({ length: nodes }, (_, index) => ({
      hostname: `i${String(index + 1).padStart(3, '0')}`,
    }));
    const work = isStart
      ? store.backend.startJob(job(jobId, { startTime: at, numNodes: nodes, resources }))
      : Promise.resolve(started.get(jobId)).then(() =>
          store.backend.stopJob({ jobId, stopTime: at + run, jobState: 'completed' }, () => true),
        );
    if (isStart) started.set(jobId, work);
    const settled = work.finally(() => inFlight.delete(settled));
    inFlight.add(settled);
  }
  await Promise.all(inFlight);
  const seconds = (performance.now() - startedAt) / 1000;
  const stats = await store.stats();
  if (stats.jobs !== jobs.length || stats.runningJobs !== 0)
    throw new Error(`${stats.jobs} jobs, ${stats.runningJobs} running`);
  report({ name: `replay of ${jobs.length} jobs, start and stop`, unit: 'jobs/s', ours: jobs.length / seconds });
  report({ name: 'replay, share inside transactions', unit: '%', ours: stats.writeMs / seconds / 10 });
  await store.close();
}
