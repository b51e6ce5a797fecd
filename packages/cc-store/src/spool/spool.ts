import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { isStoreError, StoreError } from '../errors.js';
import { CommitQueue } from '../sql/commit-queue.js';
import { loadDriver } from '../sql/driver.js';
import { type FileLock, tryLock } from '../sql/file-lock.js';
import { append, type Cursor } from './append.js';
import type { SetAsideEntry, SpoolEntry, SpoolKind, TakenEntry } from './entry.js';
import { nextCounter, readCursor } from './names.js';
import { openSpoolFile, type SpoolFile } from './spool-file.js';
import { giveBack, rejectEntry, removeEntries } from './settle.js';
import { readStats, type SpoolStats } from './stats.js';
import { setAside, Taker } from './take.js';

/** Options of {@link openSpool}. */
export interface SpoolOptions {
  /** The file; made with mode 0600, and its directory with 0700, where there is none. Beside it appear `-wal`, `-shm`, `-lock`, `-deliver`, `-reserve`. */
  path: string;
  /** Bytes that entries may take before the oldest metrics are dropped, ≥ 0. Default 256 MiB. */
  maxBytes?: number | undefined;
  /** Milliseconds that a write waits for another process, ≥ 0. Default 5,000. */
  busyTimeoutMs?: number | undefined;
  /**
   * Told of each entry that {@link Spool.take} finds to be damaged and sets aside. What it returns is appended in the same step,
   * so that it is neither lost nor doubled. Must not throw.
   */
  onSetAside?: ((entry: SetAsideEntry) => SpoolEntry | undefined) | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** A durable queue of what is to be delivered. Several processes may append at once; one of them delivers. */
export interface Spool {
  /**
   * Appends all of the entries or none; they are durable when this resolves.
   *
   * Beyond `maxBytes` the oldest metrics that are not being delivered are dropped and counted, then the oldest node states;
   * job events never. On a full disk job events still go in as long as space was set aside for them or metrics can give way.
   *
   * @param options.cursor is set in the same step: whoever reads it again knows what was appended.
   * @throws StoreError `spool_disk_full`: nothing was appended.
   */
  append(entries: readonly SpoolEntry[], options?: { cursor?: Cursor | undefined }): Promise<void>;
  /** The value that was given with the last append that named this cursor. */
  cursor(name: string): Promise<string | undefined>;
  /**
   * 1, 2, 3 …, durable when this resolves, never the same twice.
   *
   * @param options.floor what is known to have been reached, an integer ≥ 0: a file that does not know the counter, because it
   * is new or damaged, begins behind it. Default 0.
   */
  nextCounter(name: string, options?: { floor?: number | undefined }): Promise<number>;
  /**
   * Entries ready for delivery, each with all earlier ones of its order key delivered. They are in flight until
   * {@link done}, {@link release} or {@link reject}, or until this process ends. A quarter of the places is for node states and metrics while there are any, however many job events wait.
   *
   * @param limit how many at most, ≥ 1.
   * @param options.kinds only these. Default all.
   * @throws StoreError `spool_in_use` while another process delivers.
   */
  take(limit: number, options?: { kinds?: readonly SpoolKind[] | undefined }): Promise<TakenEntry[]>;
  /** They were delivered: takes them off the spool. */
  done(ids: readonly number[]): Promise<void>;
  /** They were not delivered: back to where they were. */
  release(ids: readonly number[]): void;
  /** The receiver will never take it: keeps it apart, with the reason, and counts it. */
  reject(id: number, reason: string): Promise<void>;
  stats(): Promise<SpoolStats>;
  /** Finishes what was begun; idempotent. What is in flight is ready again at the next open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the spool at `path`.
 *
 * A corrupt file is kept under another name (`….corrupt-…`), said so in the log, and replaced by what can be read of it.
 *
 * @throws StoreError `directory_not_writable`, `spool_disk_full`, `file_foreign`, `file_newer`, `busy`, `driver_unavailable`.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { path, maxBytes = 256 * 2 ** 20, busyTimeoutMs = 5_000, onSetAside } = options;
  const { clock = systemClock, logger = silentLogger } = options;
  if (!(maxBytes >= 0)) throw new StoreError(`maxBytes is ${maxBytes}, not ≥ 0`, { code: 'invalid_argument' });
  const driver = await loadDriver();
  const fileOptions = { driver, path, busyTimeoutMs, clock, logger };
  const open = () => spoolCodes(() => openSpoolFile(fileOptions));
  const newQueue = () => new CommitQueue(file.writer, { now: () => clock.monotonic(), closedCode: 'spool_closed' });

  let file: SpoolFile = open();
  let queue = newQueue();
  let deliveryLock: FileLock | undefined;
  let reopening: Promise<void> | undefined;
  let isClosed = false;
  const taker = new Taker();

  /** Another process replaced the file, or this one found it corrupt. */
  const reopen = (): Promise<void> =>
    (reopening ??= (async () => {
      try {
        await queue.close();
        file.close();
        file = open();
        queue = newQueue();
      } finally {
        reopening = undefined;
      }
    })());

  const attempt = async <T>(work: () => T | Promise<T>): Promise<T> => {
    if (isClosed) throw new StoreError(`${path} is closed`, { code: 'spool_closed' });
    await reopening;
    if (!file.isCurrent()) await reopen();
    try {
      return await work();
    } catch (error) {
      if (!isStoreError(error) || error.code !== 'file_corrupt') throw withSpoolCode(error);
      await reopen();
      return work();
    }
  };
  const write = <T>(work: () => T): Promise<T> => attempt(() => queue.write(work));

  /** Belongs inside a transaction. */
  const appendNow = (entries: readonly SpoolEntry[], cursor?: Cursor, sacrifice = 0): number =>
    append(file.writer, entries, cursor, { maxBytes, sacrifice, now: clock.now(), isInFlight: taker.isInFlight });

  const isFull = (error: unknown): boolean => isStoreError(error) && error.code === 'spool_disk_full';

  /**
   * Job events go in where anything does: into half of what was set aside, then in the place of the oldest metrics. The other
   * half is lent to the exchange alone, so that the spool can still be emptied afterwards.
   */
  const appendJobs = async (work: (sacrifice?: number) => number): Promise<number> => {
    try {
      return await write(work);
    } catch (error) {
      if (!isFull(error)) throw error;
      if (file.reserve.freeHalf()) return appendJobs(work);
      if ((await spool.stats()).entriesByKind.metrics === 0) throw error;
    }
    file.reserve.free();
    try {
      const dropped = await write(() => work(sacrificedBytes));
      await write(() => giveBack(file.writer));
      file.writer.pragma('wal_checkpoint(PASSIVE)');
      return dropped;
    } finally {
      file.reserve.fill();
    }
  };

  /** For what makes room: with the space that was set aside where there is no other. */
  const shrink = async <T>(work: () => T): Promise<T> => {
    try {
      return await write(work);
    } catch (error) {
      if (!isFull(error) || !file.reserve.free()) throw error;
      return write(work);
    }
  };

  const spool: Spool = {
    async append(entries, { cursor } = {}) {
      const work = (sacrifice = 0) => appendNow(entries, cursor, sacrifice);
      const hasJobs = entries.some(({ kind }) => kind === 'job');
      const dropped = await (hasJobs ? appendJobs(work) : write(work));
      if (dropped > 0)
        logger.warn({ path, dropped, maxBytes }, `dropped the ${dropped} oldest entries of a full spool`);
    },
    cursor: (name) => attempt(() => readCursor(file.reader, name)),
    async nextCounter(name, { floor = 0 } = {}) {
      if (!(Number.isSafeInteger(floor) && floor >= 0))
        throw new StoreError(`floor is ${floor}, not an integer ≥ 0`, { code: 'invalid_argument' });
      return write(() => nextCounter(file.writer, name, floor));
    },
    async take(limit, options) {
      if (!(Number.isInteger(limit) && limit >= 1))
        throw new StoreError(`limit is ${limit}, not an integer ≥ 1`, { code: 'invalid_argument' });
      deliveryLock ??= tryLock(driver, `${path}-deliver`);
      if (deliveryLock === undefined) {
        throw new StoreError(`taking from ${path} failed: another process delivers it`, {
          code: 'spool_in_use',
          hint: 'one agent delivers a spool; stop the other one',
          details: { path },
        });
      }
      const { entries, corrupt } = await attempt(() => taker.take(file.reader, limit, options?.kinds));
      if (corrupt.length > 0) {
        const aside = await shrink(() => {
          const found = setAside(file.writer, corrupt, clock.now());
          appendNow(found.flatMap((entry) => onSetAside?.(entry) ?? []));
          return found;
        });
        for (const entry of aside) logger.error({ path, ...entry }, tellOf(entry, path));
      }
      return entries;
    },
    async done(ids) {
      await shrink(() => removeEntries(file.writer, ids));
      taker.forget(ids);
      if (taker.isIdle) file.reserve.fill();
    },
    release: (ids) => taker.forget(ids),
    async reject(id, reason) {
      await shrink(() => rejectEntry(file.writer, id, reason, clock.now()));
      taker.forget([id]);
      logger.warn({ path, id, reason }, 'kept an entry of the spool apart that its receiver will not take');
    },
    stats: () => attempt(() => readStats(file.reader)),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await reopening;
      await queue.close();
      file.close();
      deliveryLock?.release();
    },
    [Symbol.asyncDispose]: () => spool.close(),
  };
  return spool;
}

/** With what a person needs to look at it. */
function tellOf({ id, kind, orderKey }: SetAsideEntry, path: string): string {
  const which = orderKey === undefined ? String(kind) : `${kind}, key ${JSON.stringify(orderKey)}`;
  return `entry ${id} of the spool (${which}) is damaged and was set aside; look at it with: sqlite3 ${path} "select * from corrupt where id = ${id}"`;
}

/** Metrics that give way to job events on a full disk at a time. */
const sacrificedBytes = 256 * 1024;

function spoolCodes<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withSpoolCode(error);
  }
}

/** A full disk has a code of its own here, because what to do differs: the caller still holds what it wanted to append. */
function withSpoolCode(error: unknown): unknown {
  if (!isStoreError(error) || error.code !== 'disk_full') return error;
  return new StoreError(error.message, {
    code: 'spool_disk_full',
    hint: 'free space on that file system; nothing of this was kept, so append it again',
    isRetryable: true,
    cause: error,
    details: error.details,
  });
}
