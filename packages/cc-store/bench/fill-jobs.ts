/**
 * Fills a store's file with jobs, quickly: some are started and stopped through the store, and their rows are copied with
 * other ids and times. Part of them stays running: those are started through the store at the end.
 *
 * node --import tsx --conditions=@moorline/source bench/fill-jobs.ts FILE JOBS RUNNING
 */
import { openStore } from '@moorline/cc-store';
import type { StartJob } from '@moorline/cc-api/server';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { demo, epoch, job } from '../test/fixtures.js';

const [path = '', ...counts] = process.argv.slice(2);
const [jobs = NaN, running = NaN] = counts.map(Number);

/** Copied as often as it takes: `jobs - running` is a multiple of it. */
const templates = Math.min(1000, jobs - running);

await throughStore(1, templates, true);
const copies = templates === 0 ? 0 : (jobs - running) / templates - 1;
if (copies > 0) await copy(copies);
await throughStore(jobs - running + 1, jobs, false);

async function throughStore(first: number, last: number, isStopped: boolean): Promise<void> {
  await using store = await openStore({ path, durability: 'relaxed' });
  await store.clusters.putCluster({
    ...demo,
    subClusters: demo.subClusters.map((one) => ({ ...one, nodes: 'n[0001-3000]' })),
  });
  const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  await Promise.all(ids.map((id) => store.backend.startJob(fixed(id))));
  if (!isStopped) return;
  const stop = (jobId: number) =>
    store.backend.stopJob(
      { jobId, stopTime: epoch + jobId + 3600, jobState: jobId % 20 === 0 ? 'failed' : 'completed' },
      () => true,
    );
  await Promise.all(ids.map(stop));
}

function fixed(jobId: number): StartJob {
  const hostname = `n${String((jobId % 3000) + 1).padStart(4, '0')}`;
  return job(jobId, {
    startTime: epoch + jobId,
    user: `u${jobId % 50}`,
    project: `p${jobId % 20}`,
    partition: 'main',
    walltime: 86_400,
    numHwthreads: 8,
    resources: [{ hostname, hwthreads: [0, 1, 2, 3, 4, 5, 6, 7] }],
    metaData: {
      jobName: 'simulation',
      slurmInfo: 'JobId=1 Account=p1 Partition=main Nodes=1 Tasks=8 Exclusive=yes WorkDir=/home/u1/run',
      jobScript: '#!/bin/bash\n#SBATCH -N 1\nmodule load mpi\nsrun ./simulate --steps 1000 --input case.dat',
    },
  });
}

/** Every column but these is copied as it is, those that later migrations add too. */
async function copy(times: number): Promise<void> {
  const database = new Connection(await loadDriver(), path);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
    const columns = database
      .all('select name from pragma_table_info(?)', ['job'])
      .map((row) => String(row['name']))
      .filter((name) => name !== 'id');
    const shifted = columns.map((name) =>
      name === 'job_id' || name === 'start_time' ? `${name} + n * ${templates}` : name,
    );
    const insert = `insert into job (${columns.join(', ')})
      select ${shifted.join(', ')} from job cross join (select ? as n) where id <= ?`;
    database.exec('BEGIN');
    for (let n = 1; n <= times; n++) database.run(insert, [n, templates]);
    database.run(
      "insert or ignore into job_host select json_extract(resources, '$[0].hostname'), start_time, id from job",
    );
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
