import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommonStoreOptions, openStore, type Store } from '@moorline/cc-store';
import type { DriverDatabase } from '../src/sql/driver.js';
import { loadDriver } from '../src/sql/driver.js';
import { demo } from '../test/fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'moorline-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export const pathOf = (name: string): string => join(folder, name);

export async function freshStore(name: string, options: CommonStoreOptions = {}): Promise<Store> {
  const store = await openStore({ ...options, path: pathOf(name) });
  await store.clusters.putCluster(demo);
  return store;
}

/** The same tables and the same durability, and nothing of the store around them. */
export async function bareDatabase(name: string): Promise<DriverDatabase> {
  await (await freshStore(name)).close();
  const database = new (await loadDriver())(pathOf(name), { timeout: 5000 });
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768',
  );
  return database;
}
