import { type Kysely, type Migration, sql } from 'kysely';
import { bytesType, rowNumber } from '../portable.js';

/** What samples come to in longer steps, and which chunks are not part of that yet: at first all that are there. */
export const rollups: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('rollup')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('series', 'integer', (column) => column.notNull().references('series.id').onDelete('cascade'))
      .addColumn('step', 'integer', (column) => column.notNull())
      .addColumn('first_time', 'bigint', (column) => column.notNull())
      .addColumn('last_time', 'bigint', (column) => column.notNull())
      .addColumn('buckets', 'integer', (column) => column.notNull())
      .addColumn('data', bytesType, (column) => column.notNull())
      .execute();
    await db.schema.createIndex('rollup_series').on('rollup').columns(['series', 'step', 'id']).execute();
    await db.schema
      .alterTable('chunk')
      .addColumn('rolled', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`create index chunk_unrolled on chunk (series) where rolled = 0`.execute(db);
    // What is forgotten is found by its series: this one only made each fold dearer.
    await db.schema.dropIndex('chunk_time').execute();
  },

  async down(db: Kysely<unknown>) {
    await db.schema.createIndex('chunk_time').on('chunk').column('last_time').execute();
    await db.schema.dropIndex('chunk_unrolled').execute();
    await db.schema.alterTable('chunk').dropColumn('rolled').execute();
    await db.schema.dropTable('rollup').execute();
  },
};
