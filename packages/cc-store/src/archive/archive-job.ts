import type { Job, JobMetricWithName, MetricConfig, MetricScope } from '@moorline/cc-api';
import { encodeStatistics } from '@moorline/cc-api/server';
import type { Session } from '../database/query.js';
import type { JobDocument } from '../jobs/job-document.js';
import { encodeArchive } from './archive-data.js';
import type { ArchiveTables } from './archive-tables.js';
import { type JobSummary, summarize } from './summarize.js';

/** What is to be written of one job: what was measured, or that this could not be found out. */
export type PreparedArchive = { job: number } & (
  | { outcome: 'archived'; summary: JobSummary; statistics: string; data: Uint8Array }
  | { outcome: 'failed' }
  /** Its monitoring was turned off, or its row cannot be read. */
  | { outcome: 'skipped' }
);

/** Computes what stays of a job's metrics. @param config the metrics of its subcluster. */
export async function prepareArchive(
  job: Job & { id: number },
  config: readonly MetricConfig[],
  metrics: readonly JobMetricWithName[],
): Promise<PreparedArchive> {
  const summary = summarize(job, config, metrics);
  const statistics = encodeStatistics(summary.statistics);
  return { job: job.id, outcome: 'archived', summary, statistics, data: await encodeArchive(metrics) };
}

/** The scopes that are kept: of few nodes their cores too, and accelerators where the job has some (cc-api docs/protocol.md §2.6). */
export function archivedScopes({ numNodes, numAcc = 0 }: Job): MetricScope[] {
  return [
    'node',
    ...(numNodes <= mostNodesByCore ? ['core' as const] : []),
    ...(numAcc > 0 ? ['accelerator' as const] : []),
  ];
}

const mostNodesByCore = 8;

/** Writes it, inside a transaction. A job that waits no longer is left as it is: another process was faster. */
export async function writeArchive(tables: ArchiveTables, session: Session, prepared: PreparedArchive): Promise<void> {
  const { job } = prepared;
  if (!(await tables.dequeue(session, job)) || prepared.outcome === 'skipped') return;
  const text = await tables.documentOf(session, job);
  if (text === undefined) return;
  const document = JSON.parse(text) as JobDocument;
  if (prepared.outcome === 'failed') {
    await tables.updateJob(session, job, JSON.stringify({ ...document, monitoringStatus: 2 }), null);
    return;
  }
  const { footprint, energy } = prepared.summary;
  const archived: JobDocument = {
    ...document,
    ...(footprint === undefined ? {} : { footprint }),
    ...(energy === undefined ? {} : { energy }),
    monitoringStatus: 3,
  };
  await tables.updateJob(session, job, JSON.stringify(archived), prepared.statistics);
  await tables.putData(session, job, prepared.data);
}
