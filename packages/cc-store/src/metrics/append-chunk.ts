import { ByteReader } from './byte-reader.js';
import { chunkVersion } from './chunk.js';
import { isExact, raw, scaleOf, writeDeltas, writeRuns } from './columns.js';
import type { Samples } from './samples.js';
import { sealed, unseal } from './sealed.js';

/** A chunk with more samples than before. */
interface LongerChunk {
  data: Uint8Array;
  /** The time of its first sample, Unix seconds. */
  firstTime: number;
  /** How many samples it has. */
  samples: number;
}

/**
 * Puts samples behind those of a chunk, whose bytes stay as they are but for the last run of times: a fold brings a few to each of many
 * chunks. What comes is what `encodeChunk` makes of all of them.
 *
 * @param fresh at least one.
 * @returns undefined where that does not go: a sample is not newer, or the values need another form, or the bytes are no chunk's.
 */
export function appendToChunk(bytes: Uint8Array, fresh: Samples): LongerChunk | undefined {
  const payload = unseal(bytes);
  if (payload === undefined || payload[0] !== chunkVersion) return undefined;
  const end = findEnd(payload);
  if (end === undefined || (fresh.times[0] as number) <= end.time) return undefined;
  const { scale } = end;
  if (scale !== raw) for (const value of fresh.values) if (!isExact(value, scale)) return undefined;
  const samples = end.count + fresh.times.length;
  const data = sealed((writer) => {
    writer.byte(chunkVersion);
    writer.varint(samples);
    writer.bytes(payload.subarray(end.timesAt, end.lastRunAt));
    writeRuns(writer, fresh.times, 0, end.time, end.step, end.length);
    writer.bytes(payload.subarray(end.formAt));
    if (scale === raw) for (const value of fresh.values) writer.float64(value);
    else writeDeltas(writer, fresh.values, scale, end.scaled);
  });
  return { data, firstTime: end.firstTime, samples };
}

/** Where a chunk's columns are, and how they end. */
interface End {
  count: number;
  firstTime: number;
  /** Of the last sample. */
  time: number;
  timesAt: number;
  lastRunAt: number;
  /** The last run of times: how many samples follow at this step. */
  step: number;
  length: number;
  formAt: number;
  scale: number;
  /** The last value, as the form has it. */
  scaled: number;
}

function findEnd(payload: Uint8Array): End | undefined {
  try {
    const reader = new ByteReader(payload, 1);
    const count = reader.varint();
    if (count === 0) return undefined;
    const timesAt = reader.position;
    const firstTime = reader.signed();
    let time = firstTime;
    let [step, length, lastRunAt] = [0, 0, reader.position];
    for (let left = count - 1; left > 0; left -= length) {
      lastRunAt = reader.position;
      step = reader.varint();
      length = reader.varint();
      if (length === 0 || length > left) return undefined;
      time += step * length;
    }
    const formAt = reader.position;
    const scale = scaleOf(reader.byte());
    if (scale === undefined) return undefined;
    let scaled = 0;
    if (scale === raw) reader.bytes(8 * count);
    else for (let left = count; left > 0; left--) scaled += reader.signed();
    if (!reader.isAtEnd) return undefined;
    return { count, firstTime, time, timesAt, lastRunAt, step, length, formAt, scale, scaled };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
