import type { Job, JobMetricWithName, MetricConfig, MetricScope } from '@moorline/cc-api';
import { encodeStatistics } from '@moorline/cc-api/server';
import type { Session } from '../database/query.js';
import type { JobDocument } from '../jobs/job-document.js';
import type { JobRow } from '../jobs/job-row.js';
import { sealText } from '../jobs/statistics-text.js';
import { encodeArchive } from './archive-data.js';
import type { ArchiveTables } from './archive-tables.js';
import { summarize } from './summarize.js';

/** What is to be written of one job: what was measured, or that this could not be found out. */
export type PreparedArchive = { job: number } & (
  | { outcome: 'archived'; document: string; statistics: string; data: Uint8Array }
  | { outcome: 'failed'; document: string }
  /** Its monitoring was turned off, or its row cannot be read. */
  | { outcome: 'skipped' }
);

/**
 * Computes what stays of a job's metrics.
 *
 * @param row the job's; nothing but its archive changes the document of a job that has stopped. @param config the metrics of its subcluster.
 */
export async function prepareArchive(
  row: Pick<JobRow, 'id' | 'document'>,
  job: Job,
  config: readonly MetricConfig[],
  metrics: readonly JobMetricWithName[],
): Promise<PreparedArchive> {
  const { statistics, footprint, energy } = summarize(job, config, metrics);
  return {
    job: row.id,
    outcome: 'archived',
    document: changed(row, {
      ...(footprint === undefined ? {} : { footprint }),
      ...(energy === undefined ? {} : { energy }),
      monitoringStatus: 3,
    }),
    statistics: sealText(encodeStatistics(statistics)),
    data: await encodeArchive(metrics),
  };
}

/** What is written of a job whose metrics could not be summed up. */
export function failedArchive(row: Pick<JobRow, 'id' | 'document'>): PreparedArchive {
  return { job: row.id, outcome: 'failed', document: changed(row, { monitoringStatus: 2 }) };
}

function changed({ document }: Pick<JobRow, 'document'>, change: Partial<JobDocument>): string {
  return JSON.stringify({ ...(JSON.parse(document) as JobDocument), ...change });
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

/** Writes them, inside a transaction. A job that waits no longer is left as it is: another process was faster. @returns the jobs that changed. */
export async function writeArchives(
  tables: ArchiveTables,
  session: Session,
  prepared: readonly PreparedArchive[],
): Promise<number[]> {
  const written: number[] = [];
  for (const one of prepared) if (await writeArchive(tables, session, one)) written.push(one.job);
  return written;
}

async function writeArchive(tables: ArchiveTables, session: Session, prepared: PreparedArchive): Promise<boolean> {
  const { job } = prepared;
  if (!(await tables.dequeue(session, job)) || prepared.outcome === 'skipped') return false;
  if (prepared.outcome === 'failed') {
    await tables.updateJob(session, job, prepared.document, null);
    return true;
  }
  await tables.updateJob(session, job, prepared.document, prepared.statistics);
  await tables.putData(session, job, prepared.data);
  return true;
}
