import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { aCluster } from './a-cluster.js';

const startTime = 1_700_000_000;

/** Makes a ClusterCockpit job archive of one cluster `c` with the jobs 1 to `count`. */
export function makeArchive(path: string, count: number): void {
  mkdirSync(join(path, 'c'), { recursive: true });
  writeFileSync(join(path, 'version.txt'), '3\n');
  writeFileSync(join(path, 'c/cluster.json'), JSON.stringify(aCluster('c', 'n[1-9]')));
  for (let jobId = 1; jobId <= count; jobId++) {
    const folder = archivedJob(path, jobId);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'meta.json'), JSON.stringify(metaOf(jobId)));
    // Both forms are in archives: the packed one is the older.
    if (jobId % 2 === 0) writeFileSync(join(folder, 'data.json'), JSON.stringify(data));
    else writeFileSync(join(folder, 'data.json.gz'), gzipSync(JSON.stringify(data)));
  }
}

/** The folder of one of its jobs. */
export const archivedJob = (path: string, jobId: number): string =>
  join(path, 'c', String(Math.floor(jobId / 1000)), String(jobId % 1000).padStart(3, '0'), String(startTime));

const statistics = { unit: { base: '' }, avg: 1.5, min: 1, max: 2 };

const metaOf = (jobId: number) => ({
  jobId,
  cluster: 'c',
  subCluster: 'main',
  project: 'p1',
  user: 'alice',
  shared: 'none',
  jobState: 'completed',
  numNodes: 1,
  resources: [{ hostname: 'n1' }],
  startTime,
  duration: 100,
  monitoringStatus: 3,
  smt: 1,
  tags: [{ type: 'app', name: 'x', scope: 'global' }],
  statistics: { load_one: statistics },
});

const data = {
  load_one: {
    node: {
      unit: { base: '' },
      timestep: 10,
      series: [{ hostname: 'n1', statistics: { avg: 1.5, min: 1, max: 2 }, data: [1, null, 2] }],
    },
  },
};
