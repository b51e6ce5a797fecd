import { renameSync, rmSync, statSync } from 'node:fs';
import { Connection } from '../sql/connection.js';
import { openFile } from '../sql/open-file.js';
import { checksumOf, encodeKey, entryOverhead, kinds, type RawEntry, rawEntry, readEntry } from './entry.js';
import type { SpoolFileOptions } from './spool-file.js';
import { prepareSpool } from './spool-schema.js';

/** What became of a corrupt spool. */
export interface Salvage {
  /** Where the corrupt file is now. */
  corruptPath: string;
  /** Entries that were read and go on. */
  entries: number;
  /** Entries that were read, but are not what was appended. */
  damaged: number;
}

/**
 * Copies what can be read of a corrupt spool into a fresh file, keeps the corrupt one under another name, and puts the fresh one
 * in its place. May be killed at any moment and done again.
 *
 * @param salvagedPath where a complete copy waits until the corrupt file is out of the way.
 */
export function salvage(options: SpoolFileOptions, salvagedPath: string): Salvage {
  const { driver, path, clock } = options;
  const unfinished = `${path}.salvaging`;
  remove(unfinished);
  openFile(unfinished);
  const target = new Connection(driver, unfinished, { clock });
  let result: Omit<Salvage, 'corruptPath'>;
  try {
    target.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = FULL');
    prepareSpool(target);
    target.exec('BEGIN IMMEDIATE');
    result = copyAll(options, target);
    target.exec('COMMIT');
  } finally {
    target.close();
  }
  renameSync(unfinished, salvagedPath);

  const corruptPath = freePath(`${path}.corrupt-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`);
  for (const suffix of ['-wal', '-shm', '']) {
    if (statSync(path + suffix, { throwIfNoEntry: false }) !== undefined)
      renameSync(path + suffix, corruptPath + suffix);
  }
  renameSync(salvagedPath, path);
  return { corruptPath, ...result };
}

function copyAll({ driver, path, clock, logger }: SpoolFileOptions, target: Connection): Omit<Salvage, 'corruptPath'> {
  let entries = 0;
  let damaged = 0;
  let bytes = 0;
  const source = tryOpen(() => new Connection(driver, path, { clock }));
  const counted = new Set<number>();
  for (const row of source === undefined ? [] : readable(source)) {
    if (counted.has(row.id)) continue;
    counted.add(row.id);
    const entry = readEntry(row);
    if (entry === undefined) {
      damaged += 1;
      continue;
    }
    const kind = kinds.indexOf(entry.kind);
    const orderKey = entry.orderKey === undefined ? null : encodeKey(entry.orderKey);
    const { id, body, appendedAt } = entry;
    target.run('insert into entry (id, kind, order_key, body, appended_at, checksum) values (?, ?, ?, ?, ?, ?)', [
      id,
      kind,
      orderKey,
      body,
      appendedAt,
      checksumOf(kind, orderKey, body),
    ]);
    entries += 1;
    bytes += body.length + (orderKey?.length ?? 0) + entryOverhead;
  }
  target.run('update total set bytes = ?, corrupt = ?', [bytes, damaged]);
  const isWhole = source !== undefined && copyNames(source, target);
  source?.close();
  if (!isWhole) {
    // A counter that starts again would give ids twice. Seconds since a fixed day are beyond whatever it had reached.
    target.run('insert or ignore into counter (name, value) values (?, ?)', [lostCounters, floorFor(clock.now())]);
    logger.error(
      { path },
      'the counters of the corrupt spool cannot be read: they go on from the number of seconds since 2023-11-14',
    );
  }
  return { entries, damaged };
}

/** The row of the counter table that tells where counters without a row begin. */
export const lostCounters = '*';

const floorFor = (nowMs: number): number => Math.max(0, Math.floor(nowMs / 1000) - 1_700_000_000);

/** @returns whether all of them could be read. */
function copyNames(source: Connection, target: Connection): boolean {
  try {
    let isWhole = true;
    for (const { name, value } of source.all('select name, value from counter')) {
      if (typeof name === 'string' && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
        target.run('insert or ignore into counter (name, value) values (?, ?)', [name, value]);
      else isWhole = false;
    }
    for (const { name, value } of source.all('select name, value from cursor')) {
      if (typeof name === 'string' && typeof value === 'string')
        target.run('insert or ignore into cursor (name, value) values (?, ?)', [name, value]);
    }
    return isWhole;
  } catch {
    return false;
  }
}

/**
 * Every entry that some way of asking still yields: upwards and downwards by row id, up to the damaged page, and then each
 * id in between by itself.
 */
function* readable(source: Connection): Generator<RawEntry> {
  // A file without a readable list of tables has none to read from.
  if (tryRow(source, 'select * from sqlite_master where rowid > ? limit 1', 0) === 'failed') return;
  let low = 0;
  let high = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const row = tryRow(source, 'select * from entry where id > ? order by id limit 1', low);
    if (row === 'none') return;
    if (row === 'failed') break;
    low = row.id;
    yield row;
  }
  for (;;) {
    const row = tryRow(source, 'select * from entry where id < ? order by id desc limit 1', high);
    if (row === 'none' || row === 'failed' || row.id <= low) break;
    high = row.id;
    yield row;
  }
  const last = Math.min(high - 1, low + mostProbes);
  for (let id = low + 1; id <= last; id++) {
    const row = tryRow(source, 'select * from entry where id = ?', id);
    if (typeof row === 'object') yield row;
  }
}

/** Some seconds of work. Ids are dense but for what was delivered, so these are far more than a few damaged pages held. */
const mostProbes = 20_000;

function tryRow(source: Connection, sql: string, id: number): RawEntry | 'none' | 'failed' {
  try {
    const [row] = source.all(sql, [id]);
    return row === undefined ? 'none' : rawEntry(row);
  } catch {
    return 'failed';
  }
}

function tryOpen(open: () => Connection): Connection | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

function freePath(wanted: string): string {
  for (let number = 0; ; number++) {
    const path = number === 0 ? wanted : `${wanted}-${number}`;
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return path;
  }
}

function remove(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
