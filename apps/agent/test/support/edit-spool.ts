import { join } from 'node:path';
import Database from 'libsql';

/** Changes the spool of a data directory behind its back, as a failing disk or a curious person would. */
export function editSpool(dataDir: string, sql: string): void {
  const database = new Database(join(dataDir, 'spool.db'));
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
