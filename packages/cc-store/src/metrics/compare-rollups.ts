import { sql } from 'kysely';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { type Buckets, bucketAt, bucketsOf, decodeBuckets, mergeBuckets, noBuckets } from './buckets.js';
import { decodeChunk } from './chunk.js';
import { rollupSteps } from './roll-up.js';
import { merge, noSamples, type Samples } from './samples.js';

/** Whether the roll-ups of a series say what its chunks say; undefined where a row of either cannot be read. */
export type CompareRollups = (session: Session, series: number) => Promise<boolean | undefined>;

export function createCompareRollups(db: StoreDatabase): CompareRollups {
  // One statement, so that a fold that runs meanwhile is seen in both or in neither.
  const rowsOf = prepare(db, (db, p: Params<{ series: number }>) =>
    db
      .selectFrom('chunk')
      .select(['id', 'rolled', sql<number>`0`.as('step'), 'data'])
      .where('series', '=', p.series)
      .unionAll(
        db
          .selectFrom('rollup')
          .select(['id', sql<number>`1`.as('rolled'), 'step', 'data'])
          .where('series', '=', p.series),
      )
      .orderBy('step')
      .orderBy('id'),
  );
  return async (session, series) => {
    let [samples, rolled, unrolled] = [noSamples, noSamples, noSamples];
    const rollups = new Map<number, Buckets>(rollupSteps.map((step) => [step, noBuckets]));
    for (const row of await session.all(rowsOf, { series })) {
      if (row.step === 0) {
        const part = decodeChunk(bytesOf(row.data));
        if (part === undefined) return undefined;
        samples = merge(samples, part);
        if (row.rolled === 1) rolled = merge(rolled, part);
        else unrolled = merge(unrolled, part);
      } else {
        const part = decodeBuckets(bytesOf(row.data));
        if (part === undefined) return undefined;
        rollups.set(row.step, mergeBuckets(rollups.get(row.step) ?? noBuckets, part));
      }
    }
    return [...rollups].every(([step, found]) => isRolledUp({ step, found, samples, rolled, unrolled }));
  };
}

interface Comparison {
  step: number;
  found: Buckets;
  /** All of them, those of the chunks in the roll-ups, and those of the other chunks. */
  samples: Samples;
  rolled: Samples;
  unrolled: Samples;
}

/**
 * Every bucket of samples in the roll-ups has to be there and come to the same, but for those that more samples belong to: some that
 * are in no roll-up yet, or some that are forgotten.
 */
function isRolledUp({ step, found, samples, rolled, unrolled }: Comparison): boolean {
  const open = new Set(unrolled.times.map((time) => bucketAt(time, step)));
  const due = new Set(rolled.times.map((time) => bucketAt(time, step)).filter((time) => !open.has(time)));
  const places = new Map(found.times.map((time, index) => [time, index]));
  const expected = bucketsOf(samples, step);
  return expected.times.every((time, index) => {
    if (!due.has(time)) return true;
    const place = places.get(time);
    if (place === undefined) return false;
    const [count, left] = [found.count[place] as number, expected.count[index] as number];
    if (count > left) return true;
    return (['count', 'min', 'max', 'sum'] as const).every((column) =>
      Object.is(found[column][place], expected[column][index]),
    );
  });
}
