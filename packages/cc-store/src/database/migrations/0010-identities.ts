import type { Kysely, Migration } from 'kysely';
import { bytesType } from '../portable.js';

/** Who this control plane is to Juju's agents, who the machines are there, and what agents are told to do. */
export const identities: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('control_plane')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('controller_uuid', 'text', (column) => column.notNull())
      .addColumn('model_uuid', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('machine_identity')
      .addColumn('machine', 'integer', (column) => column.primaryKey().references('machine.number').onDelete('cascade'))
      .addColumn('nonce', 'text', (column) => column.notNull())
      .addColumn('claim_hash', bytesType)
      .addColumn('password_salt', bytesType, (column) => column.notNull())
      .addColumn('password_hash', bytesType, (column) => column.notNull())
      .addColumn('life', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('agent_setting')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
  },

  async down(db: Kysely<unknown>) {
    for (const table of ['agent_setting', 'machine_identity', 'control_plane'])
      await db.schema.dropTable(table).execute();
  },
};
