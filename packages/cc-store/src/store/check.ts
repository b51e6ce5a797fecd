import { decodeArchive } from '../archive/archive-data.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { toJob } from '../jobs/job-row.js';
import { unsealText } from '../jobs/statistics-text.js';
import { decodeBuckets } from '../metrics/buckets.js';
import { decodeChunk } from '../metrics/chunk.js';
import { createCompareRollups } from '../metrics/compare-rollups.js';
import { decodeBatch } from '../metrics/journal-batch.js';
import { toUser } from '../users/user-store.js';
import type { OpenDatabase } from './database.js';

/** What a check found. */
export interface StoreCheck {
  isSound: boolean;
  /** One sentence for each fault; at most a hundred of a kind. */
  faults: string[];
  /** How much was looked at. */
  jobs: number;
  users: number;
  archives: number;
  chunks: number;
  rollups: number;
  journalRows: number;
}

/** Reads everything: the database's own check, and what this package promises of its rows. */
export async function checkStore({ db, reading, faults: faultsOf }: OpenDatabase): Promise<StoreCheck> {
  const faults = await faultsOf();
  const jobs = await eachJob(db, reading, faults);
  const users = await eachUser(db, reading, faults);
  const archives = await eachArchive(db, reading, faults);
  const chunks = await eachChunk(db, reading, faults);
  const rollups = await eachRollup(db, reading, faults);
  await eachSeries(db, reading, faults);
  const journalRows = await eachBatch(db, reading, faults);
  return { isSound: faults.length === 0, faults, jobs, users, archives, chunks, rollups, journalRows };
}

/** Rows read at once; a journal row or an archive can be large, and is read alone. */
const page = 500;
const mostFaults = 100;

function eachJob(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('job').selectAll().where('id', '>', p.after).orderBy('id').limit(page),
  );
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.id,
    faultOf(row) {
      try {
        toJob(row, 0);
      } catch {
        return `job ${row.id} cannot be read`;
      }
      const isSound = row.statistics === null || unsealText(row.statistics) !== undefined;
      return isSound ? undefined : `the statistics of job ${row.id} cannot be read`;
    },
    faults,
  });
}

function eachUser(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('user_account').selectAll().where('id', '>', p.after).orderBy('id').limit(page),
  );
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.id,
    faultOf(row) {
      try {
        toUser(row);
        return undefined;
      } catch {
        return `user ${row.id} cannot be read`;
      }
    },
    faults,
  });
}

function eachArchive(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('job_archive').selectAll().where('job', '>', p.after).orderBy('job').limit(1),
  );
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.job,
    faultOf: async (row) =>
      (await decodeArchive(bytesOf(row.data))) === undefined
        ? `the archive of job ${row.job} cannot be read`
        : undefined,
    faults,
  });
}

function eachChunk(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('chunk').selectAll().where('id', '>', p.after).orderBy('id').limit(page),
  );
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.id,
    faultOf(row) {
      const samples = decodeChunk(bytesOf(row.data));
      const isSound =
        samples?.times.length === row.samples &&
        samples.times[0] === row.first_time &&
        samples.times.at(-1) === row.last_time;
      return isSound ? undefined : `chunk ${row.id} of series ${row.series} cannot be read`;
    },
    faults,
  });
}

function eachRollup(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('rollup').selectAll().where('id', '>', p.after).orderBy('id').limit(page),
  );
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.id,
    faultOf(row) {
      const buckets = decodeBuckets(bytesOf(row.data));
      const isSound =
        buckets?.times.length === row.buckets &&
        buckets.times[0] === row.first_time &&
        buckets.times.at(-1) === row.last_time;
      return isSound ? undefined : `roll-up ${row.id} of series ${row.series} cannot be read`;
    },
    faults,
  });
}

/** What cannot be read is told by its row. */
function eachSeries(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('series').select('id').where('id', '>', p.after).orderBy('id').limit(page),
  );
  const compare = createCompareRollups(db);
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.id,
    faultOf: async ({ id }) =>
      (await compare(reading, id)) === false
        ? `the roll-ups of series ${id} are not what its samples come to`
        : undefined,
    faults,
  });
}

function eachBatch(db: StoreDatabase, reading: Session, faults: string[]): Promise<number> {
  const next = prepare(db, (db, p: Params<{ after: number }>) =>
    db.selectFrom('journal').selectAll().where('seq', '>', p.after).orderBy('seq').limit(1),
  );
  return eachRow({
    next: (after) => reading.all(next, { after }),
    keyOf: (row) => row.seq,
    faultOf: (row) =>
      decodeBatch(bytesOf(row.batch)) === undefined ? `journal row ${row.seq} cannot be read` : undefined,
    faults,
  });
}

interface Table<Row> {
  /** The rows behind this key, some at a time. */
  next(after: number): Promise<readonly Row[]>;
  keyOf(row: Row): number;
  faultOf(row: Row): string | undefined | Promise<string | undefined>;
  faults: string[];
}

/** Looks at each row of a table. @returns how many there are. */
async function eachRow<Row>({ next, keyOf, faultOf, faults }: Table<Row>): Promise<number> {
  let [count, after, bad] = [0, 0, 0];
  for (;;) {
    const rows = await next(after);
    if (rows.length === 0) return count;
    for (const row of rows) {
      after = keyOf(row);
      count += 1;
      const fault = await faultOf(row);
      if (fault !== undefined && ++bad <= mostFaults) faults.push(fault);
    }
  }
}
