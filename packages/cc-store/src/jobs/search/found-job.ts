import type { Tag } from '@moorline/cc-api';
import { hostsOf } from '../hosts-of.js';
import { toJob } from '../job-row.js';
import type { FootprintValue, FoundJob } from './job-search.js';
import type { SearchRow } from './search-query.js';

/**
 * A row as a search shows it.
 *
 * @param nowSeconds Unix seconds: a running job's duration ends there. @throws StoreError `file_corrupt` when the row cannot be read.
 */
export function toFoundJob(row: SearchRow, nowSeconds: number, tags: readonly Tag[]): FoundJob {
  const job = toJob({ ...row, meta_data: null }, nowSeconds);
  const name = jobNameOf(row.meta_data);
  return {
    id: row.id,
    jobId: job.jobId,
    cluster: job.cluster,
    subCluster: job.subCluster,
    ...(job.partition === undefined ? {} : { partition: job.partition }),
    user: job.user,
    project: job.project,
    jobState: job.jobState,
    startTime: job.startTime,
    duration: job.duration,
    numNodes: job.numNodes,
    ...(job.numHwthreads === undefined ? {} : { numHwthreads: job.numHwthreads }),
    ...(job.numAcc === undefined ? {} : { numAcc: job.numAcc }),
    ...(name === undefined ? {} : { name }),
    hosts: hostsOf(row.resources).slice(0, hostsShown),
    tags: [...tags],
    footprint: footprintOf(job.footprint),
  };
}

const hostsShown = 4;

/** Metadata holds whole job scripts: of one without the name nothing is parsed. */
function jobNameOf(metaData: string | null | undefined): string | undefined {
  if (typeof metaData !== 'string' || !metaData.includes('"jobName"')) return undefined;
  try {
    const { jobName } = JSON.parse(metaData) as { jobName?: unknown };
    return typeof jobName === 'string' && jobName !== '' ? jobName : undefined;
  } catch {
    // `check` reports it; the job can be shown without.
    return undefined;
  }
}

/** Keys are a metric and what of it, as `mem_used_max`; what ends otherwise was reported, and is taken for an average. */
function footprintOf(footprint: Record<string, number> | null): FootprintValue[] {
  return Object.entries(footprint ?? {}).map(([key, value]) => {
    const [, name = key, stat = 'avg'] = /^(.+)_(avg|min|max)$/.exec(key) ?? [];
    return { name, stat, value };
  });
}
