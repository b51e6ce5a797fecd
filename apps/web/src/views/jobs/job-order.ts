import type { JobRow, JobSearch } from '@moorline/control-api';

/**
 * Whether a job is one that a search finds; `unknown` where the row does not say: it names four of its hosts only.
 *
 * @param now Unix seconds.
 */
export function matchesSearch(job: JobRow, search: JobSearch): 'yes' | 'no' | 'unknown' {
  const { state, user, project, cluster, node, startFrom, startTo, minDuration, maxDuration, tag } = search;
  const tags = new Set(job.tags.map(({ type, name }) => `${type}:${name}`));
  const holds =
    (state === undefined || state.length === 0 || state.includes(job.jobState)) &&
    (user === undefined || job.user === user) &&
    (project === undefined || job.project === project) &&
    (cluster === undefined || job.cluster === cluster) &&
    (startFrom === undefined || job.startTime >= startFrom) &&
    (startTo === undefined || job.startTime <= startTo) &&
    (minDuration === undefined || job.duration >= minDuration) &&
    (maxDuration === undefined || job.duration <= maxDuration) &&
    (tag === undefined || tag.every((one) => tags.has(one)));
  if (!holds) return 'no';
  if (node === undefined || job.hosts.includes(node)) return 'yes';
  return job.numNodes > job.hosts.length ? 'unknown' : 'no';
}

/** The order of a search's answer: negative where `a` comes first. The row's id decides between equals, in the same direction. */
export function compareJobs(search: Pick<JobSearch, 'sort' | 'order'>): (a: JobRow, b: JobRow) => number {
  const { sort = 'startTime', order = 'desc' } = search;
  const direction = order === 'asc' ? 1 : -1;
  return (a, b) => direction * (compare(a[sort], b[sort]) || a.id - b.id);
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
