import type { Job } from '../wire/models/job.js';
import { visibilityOf, whyNone } from './auth/principal.js';
import type { Visibility } from './backend.js';
import type { Call, Read } from './call.js';
import { parseGoInteger } from './go-integer.js';
import { failure, type FailureStatus } from './reply.js';

/** A job that the principal may see, with all of its tags. */
export interface FoundJob {
  id: number;
  job: Job;
  visibility: Visibility;
}

/** The statuses and texts for a job that is not there differ between the operations. */
export interface JobNotFound {
  status: FailureStatus;
  /** Before the reader's text for an id that is no number. */
  badId: string;
  text(id: number, reason: string): string;
}

/** The job of the path's id (docs/protocol.md §3.3): one that is hidden is not there. */
export async function findJob({ id, principal, context }: Call, notFound: JobNotFound): Promise<Read<FoundJob>> {
  const row = parseGoInteger(id, 'ParseInt');
  if (!row.ok) return { ok: false, response: failure(400, `${notFound.badId}: ${row.error}`) };
  const visibility = visibilityOf(principal);
  const job = visibility && (await context.backend.getJob(row.value, visibility));
  if (visibility !== undefined && job !== undefined) return { ok: true, value: { id: row.value, job, visibility } };
  const reason = visibility === undefined ? whyNone(principal) : noSuchRow;
  return { ok: false, response: failure(notFound.status, notFound.text(row.value, reason)) };
}

/** What the original's storage says where there is none. */
export const noSuchRow = 'sql: no rows in result set';

/** For what is done to a job by its id. */
export const jobToChange: JobNotFound = {
  status: 404,
  badId: 'parsing job ID failed',
  text: (_, reason) => `finding job failed: ${reason}`,
};
