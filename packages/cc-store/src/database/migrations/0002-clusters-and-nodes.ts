import type { Kysely, Migration } from 'kysely';
import { rowNumber } from '../portable.js';

/** Cluster descriptions, nodes and what was reported of them. */
export const clustersAndNodes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('cluster')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('node')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('cluster', 'text', (column) => column.notNull())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('sub_cluster', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('health', 'text', (column) => column.notNull())
      .addColumn('cpus_allocated', 'bigint', (column) => column.notNull())
      .addColumn('memory_allocated', 'bigint', (column) => column.notNull())
      .addColumn('gpus_allocated', 'bigint', (column) => column.notNull())
      .addColumn('jobs_running', 'bigint', (column) => column.notNull())
      .addColumn('reported_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('node_key', ['cluster', 'host'])
      .execute();

    await db.schema
      .createTable('node_state')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('node', 'integer', (column) => column.notNull().references('node.id').onDelete('cascade'))
      .addColumn('time', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('health', 'text', (column) => column.notNull())
      .addColumn('cpus_allocated', 'bigint', (column) => column.notNull())
      .addColumn('memory_allocated', 'bigint', (column) => column.notNull())
      .addColumn('gpus_allocated', 'bigint', (column) => column.notNull())
      .addColumn('jobs_running', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('node_state_node').on('node_state').columns(['node', 'time']).execute();
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['node_state', 'node', 'cluster']) await db.schema.dropTable(table).execute();
  },
};
