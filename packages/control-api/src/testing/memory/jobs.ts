import type { Job, JobRow, JobState } from '../../wire/models.js';
import { chance, pick, whole } from './chance.js';
import type { Place } from './clusters.js';

type Owner = Pick<Job, 'user' | 'project'>;

/** People who run jobs, and their projects. */
const owners: readonly [Owner, ...Owner[]] = [
  { user: 'alice', project: 'climate' },
  { user: 'bob', project: 'climate' },
  { user: 'carol', project: 'proteins' },
  { user: 'dave', project: 'proteins' },
  { user: 'erin', project: 'plasma' },
];

const names = ['solver', 'train', 'relax', 'postprocess', 'sweep', 'mesh'] as const;
const tags = [
  { id: 1, type: 'class', name: 'memory bound', scope: 'global' },
  { id: 2, type: 'class', name: 'idle', scope: 'global' },
  { id: 3, type: 'review', name: 'look at this', scope: 'admin' },
];
const ends: readonly [JobState, ...JobState[]] = [
  'completed',
  'completed',
  'completed',
  'completed',
  'failed',
  'completed',
  'cancelled',
  'completed',
  'timeout',
  'out_of_memory',
];

/** Seconds of history. */
const history = 7 * 86_400;

/**
 * A week of jobs that never share a node, the oldest first; those that would still run do.
 *
 * @param now Unix seconds.
 */
export function makeJobs(place: Place, seed: number, now: number, firstId: number): Job[] {
  const { cluster, hosts } = place;
  const freeAt = new Map(hosts.map((host) => [host, now - history + whole(0, 7200, seed, host)]));
  const jobs: Job[] = [];
  for (let id = firstId; ; id++) {
    const at = `${cluster.name}/${id}`;
    const soonest = [...freeAt].sort(([, a], [, b]) => a - b);
    const width = Math.min(hosts.length, pick([1, 1, 1, 2, 2, 4, 8], seed, `${at}/width`));
    const chosen = soonest.slice(0, width);
    const startTime = Math.max(...chosen.map(([, free]) => free)) + whole(5, 1800, seed, `${at}/gap`);
    if (startTime > now) return jobs;
    const length = Math.round(300 + 86_400 * chance(seed, `${at}/length`) ** 4 + 5400 * chance(seed, `${at}/more`));
    for (const [host] of chosen) freeAt.set(host, startTime + length);
    jobs.push(makeJob(place, seed, id, chosen.map(([host]) => host).sort(), startTime, length, now));
  }
}

function makeJob(
  { cluster }: Place,
  seed: number,
  id: number,
  hosts: readonly string[],
  startTime: number,
  length: number,
  now: number,
): Job {
  const at = `${cluster.name}/${id}`;
  const { user, project } = pick(owners, seed, `${at}/owner`);
  const isRunning = startTime + length > now;
  const [subCluster] = cluster.subClusters;
  const accelerators = subCluster?.topology.accelerators?.map((one) => one.id);
  const threads = subCluster?.topology.node ?? [];
  const intensity = 0.25 + 0.75 * chance(seed, `${at}/intensity`);
  const tag = tags[whole(0, 11, seed, `${at}/tag`)];
  return {
    ...{
      id,
      jobId: 1_000_000 + id * 7,
      cluster: cluster.name,
      subCluster: subCluster?.name ?? 'main',
      partition: 'main',
    },
    ...{ user, project, shared: 'none', jobState: isRunning ? 'running' : pick(ends, seed, `${at}/end`) },
    tags: tag === undefined ? [] : [tag],
    resources: hosts.map((hostname) => ({ hostname, ...(accelerators === undefined ? {} : { accelerators }) })),
    energyFootprint: null,
    footprint: footprintOf(cluster.metricConfig, intensity),
    metaData: { jobName: `${pick(names, seed, `${at}/name`)}-${id}` },
    concurrentJobs: { items: null, count: 0 },
    ...{ energy: 0, walltime: Math.ceil(length / 3600) * 3600, duration: length, monitoringStatus: 1, smt: 1 },
    numNodes: hosts.length,
    numHwthreads: hosts.length * threads.length,
    ...(accelerators === undefined ? {} : { numAcc: hosts.length * accelerators.length }),
    ...{ statistics: null, submitTime: startTime - whole(1, 7200, seed, `${at}/wait`), startTime },
  };
}

function footprintOf(configs: readonly { name: string; footprint?: string; peak: number }[], intensity: number) {
  const members = configs.flatMap(({ name, footprint, peak }) =>
    footprint === undefined ? [] : [[`${name}_${footprint}`, Math.round(peak * intensity * 60) / 100]],
  );
  return Object.fromEntries(members);
}

/** A job as a list shows it. @param now Unix seconds. */
export function rowOf(job: Job, now: number): JobRow {
  const { id = 0, jobId, cluster, subCluster, partition, user, project, jobState, startTime, numNodes } = job;
  const name = job.metaData?.['jobName'];
  return {
    ...{ id, jobId, cluster, subCluster, user, project, jobState, startTime, numNodes, duration: durationOf(job, now) },
    ...(partition === undefined ? {} : { partition }),
    ...(job.numHwthreads === undefined ? {} : { numHwthreads: job.numHwthreads }),
    ...(job.numAcc === undefined ? {} : { numAcc: job.numAcc }),
    ...(name === undefined ? {} : { name }),
    hosts: job.resources.slice(0, 4).map(({ hostname }) => hostname),
    tags: job.tags ?? [],
    footprint: Object.entries(job.footprint ?? {}).map(([key, value]) => {
      const at = key.lastIndexOf('_');
      return { name: key.slice(0, at), stat: key.slice(at + 1), value };
    }),
  };
}

/** Seconds; of a running job up to now. */
export function durationOf({ jobState, startTime, duration }: Job, now: number): number {
  return jobState === 'running' ? Math.max(0, now - startTime) : duration;
}
