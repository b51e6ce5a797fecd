import { createHash } from 'node:crypto';

/** The number of an advisory lock. These are shared by all schemas of a database, so the number holds the schema too. */
export function lockNumber(schema: string, name: string): bigint {
  return createHash('sha256').update(`${schema}\0${name}`).digest().readBigInt64BE();
}
