import type { Kysely, Migration } from 'kysely';
import { bytesType, rowNumber } from '../portable.js';

/** Registration tokens, the machines that came with them, and their session tokens. */
export const machines: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('registration')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('token_hash', bytesType, (column) => column.notNull().unique())
      .addColumn('workspace', 'text', (column) => column.notNull())
      .addColumn('node_group', 'text', (column) => column.notNull())
      .addColumn('clusters', 'text')
      .addColumn('max_uses', 'integer')
      .addColumn('uses', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .execute();

    await db.schema
      .createTable('machine')
      .addColumn('number', 'integer', rowNumber)
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('workspace', 'text', (column) => column.notNull())
      .addColumn('node_group', 'text', (column) => column.notNull())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('registration', 'text', (column) => column.notNull().references('registration.id'))
      .addColumn('inventory', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('session_token')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('machine', 'integer', (column) => column.notNull().references('machine.number').onDelete('cascade'))
      .addColumn('token_hash', bytesType, (column) => column.notNull().unique())
      .addColumn('issued_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('used', 'integer', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('session_token_machine').on('session_token').columns(['machine', 'id']).execute();
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['session_token', 'machine', 'registration']) await db.schema.dropTable(table).execute();
  },
};
