import type { ExpressionBuilder } from 'kysely';
import type { Schema } from '../database/schema.js';
import type { JobRow } from './job-row.js';

/** A row of what is read for showing. */
export interface FoundRow extends JobRow {
  any_tag: number | null;
}

/** One of the job's tags: most jobs have none, and asking for all of them is a statement of its own. */
export function anyTag({ selectFrom }: ExpressionBuilder<Schema, 'job'>) {
  return selectFrom('job_tag').select('tag').whereRef('job_tag.job', '=', 'job.id').limit(1).as('any_tag');
}

export const isTagged = ({ any_tag }: FoundRow): boolean => any_tag !== null;
