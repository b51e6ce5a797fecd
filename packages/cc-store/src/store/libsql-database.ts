import { Kysely } from 'kysely';
import { LibsqlDialect } from '../database/libsql-dialect.js';
import { migrate } from '../database/migrate.js';
import { libsqlSession } from '../database/query.js';
import type { Schema } from '../database/schema.js';
import type { Connection } from '../sql/connection.js';
import type { OpenDatabase } from './database.js';
import { openStoreFile, type StoreFileOptions } from './store-file.js';

/** The store's database in one file. */
export async function openLibsqlDatabase(options: StoreFileOptions): Promise<OpenDatabase> {
  const file = openStoreFile(options);
  try {
    const db = new Kysely<Schema>({ dialect: new LibsqlDialect(file.writer) });
    await migrate(db, options.path);
    file.openReader();
    const { reader, writer } = file;
    return {
      db,
      transactions: writer,
      reading: libsqlSession(reader),
      writing: libsqlSession(writer),
      get reads() {
        return reader.calls;
      },
      get readMs() {
        return reader.busyMs;
      },
      bytes: async () => Number(reader.pragma('page_count')) * Number(reader.pragma('page_size')),
      faults: async () => faultsOf(reader),
      close: async () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function faultsOf(reader: Connection): string[] {
  const faults: string[] = [];
  for (const row of reader.all('PRAGMA integrity_check')) {
    const text = String(Object.values(row)[0]);
    if (text !== 'ok') faults.push(`the file: ${text}`);
  }
  for (const row of reader.all('PRAGMA foreign_key_check')) {
    faults.push(
      `table ${String(row['table'])}: row ${String(row['rowid'])} refers to a row of ${String(row['parent'])} that is not there`,
    );
  }
  return faults;
}
