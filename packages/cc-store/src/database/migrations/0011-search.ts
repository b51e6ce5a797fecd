import { type Kysely, type Migration, sql } from 'kysely';
import { hostsOf } from '../../jobs/hosts-of.js';
import { toColumn } from '../any-text.js';
import { isPostgres } from '../portable.js';

/**
 * What the search for jobs walks over beside the indexes of lists (docs/design.md §2.1), and the newest report of each agent's engine.
 *
 * The two indexes have the jobs that ended alone, so that a start writes into neither.
 */
export const search: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('job')
      .addColumn('num_nodes', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    // Without a reference to `job`: it would need an index of its own. Whoever deletes a job deletes these with it.
    await db.schema
      .createTable('job_host')
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('start_time', 'bigint', (column) => column.notNull())
      .addColumn('job', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('job_host_key', ['host', 'start_time', 'job'])
      .$call((table) => (isPostgres(db) ? table : table.modifyEnd(sql`without rowid`)))
      .execute();
    await fill(db as unknown as Kysely<Tables>);
    for (const [name, column] of [
      ['job_ended_duration', 'duration'],
      ['job_ended_nodes', 'num_nodes'],
    ] as const) {
      await sql`create index ${sql.id(name)} on job (${sql.id(column)}, id) where state <> 'running'`.execute(db);
    }
    await db.schema
      .createTable('machine_report')
      .addColumn('machine', 'integer', (column) => column.primaryKey().references('machine.number').onDelete('cascade'))
      .addColumn('reported_at', 'bigint', (column) => column.notNull())
      .addColumn('report', 'text', (column) => column.notNull())
      .execute();
  },

  async down(db: Kysely<unknown>) {
    await db.schema.dropTable('machine_report').execute();
    for (const name of ['job_ended_nodes', 'job_ended_duration']) await db.schema.dropIndex(name).execute();
    await db.schema.dropTable('job_host').execute();
    await db.schema.alterTable('job').dropColumn('num_nodes').execute();
  },
};

interface Tables {
  job: { id: number; start_time: number; resources: string; document: string; num_nodes: number };
  job_host: { host: string; start_time: number; job: number };
}

/** A job that cannot be read gets neither nodes nor hosts, and is found by everything else. */
async function fill(db: Kysely<Tables>): Promise<void> {
  // As the way to Postgres has every text.
  const asColumn = isPostgres(db) ? toColumn : (host: string) => host;
  for (let after = 0; ;) {
    const jobs = await db
      .selectFrom('job')
      .select(['id', 'start_time', 'resources', 'document'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(jobsAtOnce)
      .execute();
    const last = jobs.at(-1);
    if (last === undefined) return;
    after = last.id;
    const hosts = jobs.flatMap(({ id, start_time, resources }) =>
      hostsOf(resources).map((host) => ({ host: asColumn(host), start_time, job: id })),
    );
    for (let start = 0; start < hosts.length; start += hostsAtOnce) {
      await db
        .insertInto('job_host')
        .values(hosts.slice(start, start + hostsAtOnce))
        .execute();
    }
    const counts = jobs.map(
      ({ id, document }) => sql`select ${sql.lit(id)} as id, ${sql.lit(numNodesOf(document))} as n`,
    );
    await sql`update job set num_nodes = counted.n from (${sql.join(counts, sql` union all `)}) as counted where job.id = counted.id`.execute(
      db,
    );
  }
}

/** SQLite takes 500 questions in one, and 32,766 values. */
const jobsAtOnce = 250;
const hostsAtOnce = 1000;

function numNodesOf(document: string): number {
  try {
    const { numNodes } = JSON.parse(document) as { numNodes?: unknown };
    return Number.isSafeInteger(numNodes) ? (numNodes as number) : 0;
  } catch {
    return 0;
  }
}
