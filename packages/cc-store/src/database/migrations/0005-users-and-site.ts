import type { Kysely, Migration } from 'kysely';
import { bytesType, rowNumber } from '../portable.js';

/** Users with their settings, what machines left about themselves, and texts of the site as a whole. */
export const usersAndSite: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('user_account')
      .addColumn('id', 'integer', rowNumber)
      .addColumn('username', 'text', (column) => column.notNull().unique())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('password_hash', 'text')
      .execute();
    await db.schema
      .createTable('user_setting')
      .addColumn('user_account', 'integer', (column) =>
        column.notNull().references('user_account.id').onDelete('cascade'),
      )
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('user_setting_key', ['user_account', 'key'])
      .execute();

    await db.schema
      .createTable('machine_state')
      .addColumn('cluster', 'text', (column) => column.notNull())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('body', bytesType, (column) => column.notNull())
      .addColumn('modified_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('machine_state_key', ['cluster', 'host'])
      .execute();
    await db.schema
      .createTable('site_text')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('text', 'text', (column) => column.notNull())
      .execute();
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['site_text', 'machine_state', 'user_setting', 'user_account']) {
      await db.schema.dropTable(table).execute();
    }
  },
};
