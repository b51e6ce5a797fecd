import type { Kysely, Migration } from 'kysely';
import { rowNumber } from '../portable.js';

/** Jobs and their tags. */
export const jobs: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('job')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('cluster', 'text', (column) => column.notNull())
      .addColumn('job_id', 'bigint', (column) => column.notNull())
      .addColumn('start_time', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('user_name', 'text', (column) => column.notNull())
      .addColumn('duration', 'bigint', (column) => column.notNull())
      .addColumn('resources', 'text', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('meta_data', 'text')
      .execute();
    // By scheduler id first: a stop may name nothing else.
    await db.schema.createIndex('job_key').unique().on('job').columns(['job_id', 'cluster', 'start_time']).execute();
    await db.schema.createIndex('job_start').on('job').columns(['start_time', 'id']).execute();
    await db.schema.createIndex('job_state').on('job').columns(['state', 'start_time', 'id']).execute();
    await db.schema.createIndex('job_cluster').on('job').columns(['cluster', 'start_time', 'id']).execute();
    await db.schema.createIndex('job_project').on('job').columns(['project', 'start_time', 'id']).execute();
    await db.schema.createIndex('job_user').on('job').columns(['user_name', 'start_time', 'id']).execute();

    await db.schema
      .createTable('tag')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('scope', 'text', (column) => column.notNull())
      .addUniqueConstraint('tag_key', ['type', 'name', 'scope'])
      .execute();
    await db.schema
      .createTable('job_tag')
      .addColumn('job', 'integer', (column) => column.notNull().references('job.id').onDelete('cascade'))
      .addColumn('tag', 'integer', (column) => column.notNull().references('tag.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('job_tag_key', ['job', 'tag'])
      .execute();
    await db.schema.createIndex('job_tag_tag').on('job_tag').column('tag').execute();
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['job_tag', 'tag', 'job']) await db.schema.dropTable(table).execute();
  },
};
