import type { Session } from '../database/query.js';
import { decodeChunk } from './chunk.js';
import type { MetricTables } from './metric-tables.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { rollUp } from './roll-up.js';
import { merge, type Samples } from './samples.js';

/** The chunk of a series that was written last, and how many samples it has; null = there is none. */
export type Tail = { id: number; samples: number } | null;

/**
 * Moves samples into chunks: the newest chunk is filled up, what is too much for it begins another, and then the full ones are rolled up.
 * A newest chunk that cannot be read stays as it is.
 *
 * @param data the bytes of the newest chunk. @returns the newest chunk now.
 */
export async function foldSeries(
  tables: MetricTables,
  session: Session,
  { series, tail, data, fresh }: { series: number; tail: Tail; data: Uint8Array | undefined; fresh: Samples },
  report: ReportCorrupt,
): Promise<Tail> {
  if (tail !== null && tail.samples + fresh.times.length <= longestChunk) {
    const known = data && decodeChunk(data);
    if (known !== undefined) {
      const merged = merge(known, fresh);
      await tables.replaceChunk(session, tail.id, merged);
      return { id: tail.id, samples: merged.times.length };
    }
    // One that is gone was forgotten since it was written.
    if (data !== undefined) report('chunk', tail.id);
  }
  let newest: Tail = null;
  for (let start = 0; start < fresh.times.length; start += longestChunk) {
    const part = {
      times: fresh.times.slice(start, start + longestChunk),
      values: fresh.values.slice(start, start + longestChunk),
    };
    newest = { id: await tables.addChunk(session, series, part), samples: part.times.length };
  }
  if (tail !== null || fresh.times.length > longestChunk) {
    await rollUp(tables, session, { series, except: newest?.id }, report);
  }
  return newest;
}

/** Samples in one chunk: enough that a sample costs few bytes, few enough that reading some of them reads little more. */
const longestChunk = 512;
