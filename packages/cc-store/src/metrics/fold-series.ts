import type { Session } from '../database/query.js';
import { appendToChunk } from './append-chunk.js';
import { decodeChunk } from './chunk.js';
import { type ChunkRow, chunkRow, type MetricTables } from './metric-tables.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { rollUp } from './roll-up.js';
import { merge, type Samples } from './samples.js';

/** The chunk of a series that was written last, and how many samples it has; null = there is none. */
export type Tail = { id: number; samples: number } | null;

/** What is to be moved into chunks of a series. */
export interface Folded {
  series: number;
  /** undefined = not looked for yet. */
  tail: Tail | undefined;
  /** At least one sample. */
  fresh: Samples;
}

/**
 * Moves samples of some series into chunks: the newest chunk of each is filled up, what is too much for it begins another, and then the
 * full ones are rolled up. A newest chunk that cannot be read stays as it is.
 *
 * @param folded each series once. @returns the newest chunk of each now, by its id.
 */
export async function foldSeries(
  tables: MetricTables,
  session: Session,
  folded: readonly Folded[],
  report: ReportCorrupt,
): Promise<Map<number, NonNullable<Tail>>> {
  const tails = await tailsOf(tables, session, folded);
  const withRoom = folded.flatMap(({ series, fresh }) => {
    const tail = tails.get(series);
    return tail !== undefined && tail.samples + fresh.times.length <= longestChunk ? [tail.id] : [];
  });
  const data = await tables.chunkData(session, withRoom);
  const [filledUp, begins]: [(ChunkRow & { id: number })[], Folded[]] = [[], []];
  for (const one of folded) {
    const tail = tails.get(one.series);
    // One that is gone was forgotten since it was written.
    const bytes = tail && data.get(tail.id);
    const row = bytes && filledRow(one.series, bytes, one.fresh);
    if (tail === undefined || row === undefined) {
      if (tail !== undefined && bytes !== undefined) report('chunk', tail.id);
      begins.push(one);
      continue;
    }
    filledUp.push({ id: tail.id, ...row });
    tails.set(one.series, { id: tail.id, samples: row.samples });
  }
  await tables.replaceChunks(session, filledUp);
  const hadOne = new Set(begins.filter(({ series }) => tails.has(series)));
  for (const [series, tail] of await begin(tables, session, begins)) tails.set(series, tail);
  const full = begins.filter((one) => hadOne.has(one) || one.fresh.times.length > longestChunk);
  await Promise.all(
    full.map(({ series }) => rollUp(tables, session, { series, except: tails.get(series)?.id }, report)),
  );
  return tails;
}

/** A chunk filled up with what is newer, as it mostly is, or with what is not; undefined where it cannot be read. */
function filledRow(series: number, bytes: Uint8Array, fresh: Samples): ChunkRow | undefined {
  const longer = appendToChunk(bytes, fresh);
  if (longer !== undefined) {
    const { data, firstTime, samples } = longer;
    return { series, first_time: firstTime, last_time: fresh.times.at(-1) as number, samples, data };
  }
  const known = decodeChunk(bytes);
  return known && chunkRow(series, merge(known, fresh));
}

/** The newest chunks, where there are any; those that are not known are looked for together. */
async function tailsOf(tables: MetricTables, session: Session, folded: readonly Folded[]) {
  const tails = new Map<number, NonNullable<Tail>>();
  const unknown: number[] = [];
  for (const { series, tail } of folded) {
    if (tail === undefined) unknown.push(series);
    else if (tail !== null) tails.set(series, tail);
  }
  for (const { id, series, samples } of await tables.newestChunks(session, unknown)) tails.set(series, { id, samples });
  return tails;
}

/** Begins chunks, as many as the samples need: the first of each series, then the second of those that have one …. */
async function begin(tables: MetricTables, session: Session, begins: readonly Folded[]) {
  const newest = new Map<number, NonNullable<Tail>>();
  for (let start = 0, left = begins; left.length > 0; start += longestChunk) {
    const parts = left.map(({ series, fresh: { times, values } }) => {
      const end = start + longestChunk;
      return chunkRow(series, { times: times.slice(start, end), values: values.slice(start, end) });
    });
    const ids = await tables.addChunks(session, parts);
    for (const { series, samples } of parts) newest.set(series, { id: ids.get(series) ?? 0, samples });
    left = left.filter(({ fresh }) => fresh.times.length > start + longestChunk);
  }
  return newest;
}

/** Samples in one chunk: enough that a sample costs few bytes, few enough that reading some of them reads little more. */
const longestChunk = 512;
