import { join } from 'node:path';
import Database from 'libsql';

/** Changes the spool of a data directory behind its back, as a failing disk or a curious person would. */
export function editSpool(dataDir: string, sql: string, name = 'spool.db'): void {
  const database = new Database(join(dataDir, name));
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
