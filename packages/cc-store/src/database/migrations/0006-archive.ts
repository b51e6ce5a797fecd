import { type Kysely, type Migration, sql } from 'kysely';
import { bytesType } from '../portable.js';

/** What stays of a stopped job's metrics, and which jobs wait for that. */
export const archive: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('job').addColumn('statistics', 'text').execute();
    await db.schema
      .createTable('job_archive')
      .addColumn('job', 'integer', (column) => column.primaryKey().references('job.id').onDelete('cascade'))
      .addColumn('data', bytesType, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('archive_queue')
      .addColumn('job', 'integer', (column) => column.primaryKey().references('job.id').onDelete('cascade'))
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('archive_queue_due').on('archive_queue').columns(['due_at', 'job']).execute();
    // Jobs that stopped before there was an archive.
    await sql`insert into archive_queue (job, due_at) select id, 0 from job where state <> 'running'`.execute(db);
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['archive_queue', 'job_archive']) await db.schema.dropTable(table).execute();
    await db.schema.alterTable('job').dropColumn('statistics').execute();
  },
};
