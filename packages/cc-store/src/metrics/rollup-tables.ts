import { sql } from 'kysely';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { type Buckets, decodeBuckets, encodeBuckets, mergeBuckets, noBuckets } from './buckets.js';
import { prepareForIds } from './many-ids.js';
import type { ReportCorrupt } from './report-corrupt.js';

/** The statements on roll-ups, and on the chunks that are not in them. */
export function createRollupTables(db: StoreDatabase) {
  const newest = prepare(db, (db, p: Params<{ series: number; step: number }>) =>
    db
      .selectFrom('rollup')
      .select(['id', 'data'])
      .where('series', '=', p.series)
      .where('step', '=', p.step)
      .orderBy('id', 'desc')
      .limit(1),
  );
  const insert = prepare(db, (db, p: Params<RollupValues & { series: number; step: number }>) =>
    db.insertInto('rollup').values({
      series: p.series,
      step: p.step,
      first_time: p.firstTime,
      last_time: p.lastTime,
      buckets: p.buckets,
      data: p.data,
    }),
  );
  const update = prepare(db, (db, p: Params<RollupValues & { id: number }>) =>
    db
      .updateTable('rollup')
      .set({ first_time: p.firstTime, last_time: p.lastTime, buckets: p.buckets, data: p.data })
      .where('id', '=', p.id),
  );
  const rollupsOf = prepareForIds(db, (db, anyOf, p: Params<Span & { step: number }>) =>
    db
      .selectFrom('rollup')
      .select(['id', 'series', 'data'])
      .where('series', 'in', anyOf)
      .where('step', '=', p.step)
      .where('last_time', '>=', p.from)
      .where('first_time', '<=', p.to)
      .orderBy('id'),
  );
  const deleteOld = prepareForIds(db, (db, anyOf, p: Params<{ before: number }>) =>
    db
      .deleteFrom('rollup')
      .where('series', 'in', anyOf)
      // The last bucket reaches a step further.
      .where(sql<boolean>`last_time + step <= ${p.before}`),
  );

  // A constant, so that both databases see that the index of these rows serves.
  const isUnrolled = sql<boolean>`rolled = 0`;
  const unrolled = prepareForIds(db, (db, anyOf, p: Params<Span>) =>
    db
      .selectFrom('chunk')
      .select(['id', 'series', 'data'])
      .where(isUnrolled)
      .where('series', 'in', anyOf)
      .where('last_time', '>=', p.from)
      .where('first_time', '<=', p.to)
      .orderBy('id'),
  );
  const unrolledBefore = prepareForIds(db, (db, anyOf, p: Params<{ before: number }>) =>
    db
      .selectFrom('chunk')
      .select('series')
      .where(isUnrolled)
      .where('series', 'in', anyOf)
      .where('last_time', '<', p.before),
  );
  const markRolled = prepare(db, (db, p: Params<{ id: number }>) =>
    db.updateTable('chunk').set({ rolled: 1 }).where('id', '=', p.id),
  );

  return {
    async newest(
      session: Session,
      series: number,
      step: number,
    ): Promise<{ id: number; data: Uint8Array } | undefined> {
      const row = await session.first(newest, { series, step });
      return row === undefined ? undefined : { id: row.id, data: bytesOf(row.data) };
    },
    add: (session: Session, series: number, step: number, buckets: Buckets) =>
      session.run(insert, { series, step, ...rollupValues(buckets) }),
    replace: (session: Session, id: number, buckets: Buckets) => session.run(update, { id, ...rollupValues(buckets) }),
    /** The buckets of rows that overlap a time span, by series. */
    async bucketsOf(
      session: Session,
      series: readonly number[],
      step: number,
      span: Span,
      report: ReportCorrupt,
    ): Promise<Map<number, Buckets>> {
      const found = new Map<number, Buckets>();
      for await (const rows of rollupsOf.pages(session, series, { ...span, step })) {
        for (const row of rows) {
          const buckets = decodeBuckets(bytesOf(row.data));
          if (buckets === undefined) report('rollup', row.id);
          else found.set(row.series, mergeBuckets(found.get(row.series) ?? noBuckets, buckets));
        }
      }
      return found;
    },
    /** Rows that end before. @returns how many were deleted. */
    deleteOld: (session: Session, series: readonly number[], before: number) =>
      deleteOld.run(session, series, { before }),

    /** The chunks that overlap a time span and are not in the roll-ups. */
    unrolled: (session: Session, series: readonly number[], span: Span) => unrolled.all(session, series, span),
    /** The series with chunks that end before and are not in the roll-ups. */
    unrolledBefore: async (session: Session, series: readonly number[], before: number) =>
      (await unrolledBefore.all(session, series, { before })).map((row) => row.series),
    markRolled: (session: Session, id: number) => session.run(markRolled, { id }),
  };
}

/** Unix seconds, both included. */
export interface Span {
  from: number;
  to: number;
}

interface RollupValues {
  firstTime: number;
  lastTime: number;
  buckets: number;
  data: Uint8Array;
}

function rollupValues(buckets: Buckets): RollupValues {
  return {
    firstTime: buckets.times[0] as number,
    lastTime: buckets.times.at(-1) as number,
    buckets: buckets.times.length,
    data: encodeBuckets(buckets),
  };
}
