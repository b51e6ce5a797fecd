/**
 * Searches for jobs among 100,000 (or as many as `JOBS` says), beside a bare prepared statement that reads the same rows by their ids; what
 * a start and a write of 1,000 samples cost with a listener for changes and without.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type JobSearch, openStore } from '@moorline/cc-store';
import { measure, report } from '../../../tools/bench/harness.js';
import { loadDriver } from '../src/sql/driver.js';
import { epoch, job } from '../test/fixtures.js';
import { freshStore, pathOf } from './support.js';

const jobs = Number(process.env['JOBS'] ?? 100_000);
const running = 3_000;
const path = pathOf('search.db');
const fill = join(import.meta.dirname, 'fill-jobs.ts');
execFileSync(
  process.execPath,
  ['--import', 'tsx', '--conditions=@moorline/source', fill, path, String(jobs), String(running)],
  { stdio: 'inherit' },
);

const store = await openStore({ path });
const everything = { jobs: 'all' } as const;
for (let id = 1; id <= jobs; id += 40)
  await store.backend.tagJob(id, [{ type: 'app', name: 'common', scope: 'global' }], everything);
for (let id = 7; id <= jobs; id += Math.ceil(jobs / 20))
  await store.backend.tagJob(id, [{ type: 'app', name: 'rare', scope: 'global' }], everything);

const all: JobSearch = { states: [], tags: [], sort: 'startTime', order: 'desc', limit: 50, count: false };
const tag = (name: string) => ({ tags: [{ type: 'app', name }] });
const longest = { sort: 'duration' } as const;
const searches: Record<string, Partial<JobSearch>> = {
  'newest first': {},
  'running, with their number': { states: ['running'], count: true },
  'of one user': { user: 'u7' },
  'of one node': { node: 'n0042' },
  'of one node, by duration': { node: 'n0042', ...longest },
  'with a common tag': tag('common'),
  'with a rare tag': tag('rare'),
  'by duration': longest,
  'by duration, of one user': { user: 'u7', ...longest },
  'by duration, failed, started in some hours': {
    ...longest,
    states: ['failed'],
    startFrom: epoch + jobs / 2,
    startTo: epoch + jobs / 2 + 20_000,
  },
  'by number of nodes, the fewest first': { sort: 'numNodes', order: 'asc' },
  'by user': { sort: 'user', order: 'asc' },
  "by the scheduler's id": { sort: 'jobId' },
  'of certain durations': { minDuration: 3_600, maxDuration: 3_600 },
  'of durations that none has': { minDuration: 100, maxDuration: 200, states: ['completed'] },
};

const bare = new (await loadDriver())(path, { timeout: 5000 });
bare.exec('PRAGMA cache_size = -32768');
const rows = bare.prepare(
  `select id, cluster, job_id, start_time, state, duration, num_nodes, user_name, project, resources, document, meta_data
   from job where id in (${Array.from({ length: 50 }, () => '?').join(', ')})`,
);

for (const [name, part] of Object.entries(searches)) {
  const search = { ...all, ...part };
  const first = await store.jobs.search(search, everything);
  const ids = Array.from({ length: 50 }, (_, index) => first?.jobs[index]?.id ?? 0);
  // The page behind it, so that the place where a page begins is looked for too.
  const second = { ...search, cursor: first?.next };
  const measured = await measure(
    { search: () => store.jobs.search(second, everything), bare: () => void rows.all(ids) },
    { rounds: 5 },
  );
  report({
    name: `search, ${name}, ${jobs} jobs, CPU time`,
    unit: 'ms',
    ours: measured.search.cpuMsPerCall,
    peer: { name: 'the same rows by their ids', value: measured.bare.cpuMsPerCall },
    ...(name === 'newest first' ? { goal: '≤ 3 ×' } : {}),
  });
}
await store.close();
bare.close();

const [silent, heard] = [await freshStore('silent.db'), await freshStore('heard.db')];
let told = 0;
heard.changes.subscribe((changes) => (told += changes.length));
let started = 0;
const starts = (one: typeof silent) => async () => {
  const first = (started += 32);
  await Promise.all(
    Array.from({ length: 32 }, (_, index) =>
      one.backend.startJob(job(first + index, { startTime: epoch + first, metaData: { jobName: 'x' } })),
    ),
  );
};
let minute = 0;
const writes = (one: typeof silent) => () => {
  const time = epoch + 10 * ++minute;
  const samples = Array.from({ length: 1000 }, (_, index) => ({
    cluster: 'demo',
    host: `n${String(1 + Math.floor(index / 63)).padStart(2, '0')}`,
    metric: `metric_${index % 63}`,
    time,
    value: index,
  }));
  return one.backend.writeSamples(samples);
};
const startCost = await measure({ heard: starts(heard), silent: starts(silent) }, { rounds: 7 });
report({
  name: 'start with a listener for changes, CPU time',
  unit: 'µs',
  ours: (startCost.heard.cpuMsPerCall / 32) * 1000,
  peer: { name: 'without one', value: (startCost.silent.cpuMsPerCall / 32) * 1000 },
  goal: '≤ 1.1 ×',
});
const writeCost = await measure({ heard: writes(heard), silent: writes(silent) }, { rounds: 7 });
report({
  name: 'write of 1,000 samples with a listener for changes, CPU time',
  unit: 'µs',
  ours: writeCost.heard.cpuMsPerCall * 1000,
  peer: { name: 'without one', value: writeCost.silent.cpuMsPerCall * 1000 },
  goal: '≤ 1.1 ×',
});
if (told === 0) throw new Error('nothing was told');
await silent.close();
await heard.close();
