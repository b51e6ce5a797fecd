import type { Kysely, Migration } from 'kysely';
import { bytesType, isPostgres, rowNumber } from '../portable.js';

/** Series, the journal of what arrived, and the chunks it is folded into. */
export const metrics: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('series')
      .addColumn('id', 'integer', (column) => (isPostgres(db) ? rowNumber(column) : column.primaryKey()))
      .addColumn('cluster', 'text', (column) => column.notNull())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('metric', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('type_id', 'text', (column) => column.notNull())
      .addColumn('subtype', 'text', (column) => column.notNull())
      .addColumn('subtype_id', 'text', (column) => column.notNull())
      .addUniqueConstraint('series_key', ['cluster', 'host', 'metric', 'type', 'type_id', 'subtype', 'subtype_id'])
      .execute();

    await db.schema
      .createTable('journal')
      .addColumn('seq', 'integer', rowNumber)
      .addColumn('batch', bytesType, (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('chunk')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('series', 'integer', (column) => column.notNull().references('series.id').onDelete('cascade'))
      .addColumn('first_time', 'bigint', (column) => column.notNull())
      .addColumn('last_time', 'bigint', (column) => column.notNull())
      .addColumn('samples', 'integer', (column) => column.notNull())
      .addColumn('data', bytesType, (column) => column.notNull())
      .execute();
    await db.schema.createIndex('chunk_series').on('chunk').columns(['series', 'last_time']).execute();
    await db.schema.createIndex('chunk_time').on('chunk').column('last_time').execute();
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['chunk', 'journal', 'series']) await db.schema.dropTable(table).execute();
  },
};
