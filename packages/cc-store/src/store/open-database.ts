import type { Clock, Logger } from '@moorline/core';
import { loadDriver } from '../sql/driver.js';
import type { OpenDatabase } from './database.js';
import { openLibsqlDatabase } from './libsql-database.js';
import { openPostgresDatabase } from './postgres-database.js';
import type { StoreOptions } from './store-options.js';

/** Opens the database that the options name, and brings it to this version's tables. */
export async function openDatabase(options: StoreOptions, clock: Clock, logger: Logger): Promise<OpenDatabase> {
  const { path, postgres, durability = 'full' } = options;
  if (postgres !== undefined) return openPostgresDatabase({ postgres, durability, clock, logger });
  return openLibsqlDatabase({ driver: await loadDriver(), path, durability, clock });
}
