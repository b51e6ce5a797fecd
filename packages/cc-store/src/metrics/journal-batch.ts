import { ByteReader } from './byte-reader.js';
import { sealed, unseal } from './sealed.js';

/** Samples of many series in the order in which they arrived. */
export interface Batch {
  /** Ids of series. */
  series: number[];
  /** Unix seconds, integers. */
  times: number[];
  values: number[];
}

/** A batch as a journal row's bytes (docs/design.md §4.2). */
export function encodeBatch({ series, times, values }: Batch): Uint8Array {
  return sealed((writer) => {
    writer.byte(version);
    writer.varint(series.length);
    let previous = 0;
    for (let index = 0; index < series.length; index++) {
      const time = times[index] as number;
      writer.varint(series[index] as number);
      writer.signed(time - previous);
      writer.float64(values[index] as number);
      previous = time;
    }
  });
}

/** @returns undefined when the bytes are not what {@link encodeBatch} made. */
export function decodeBatch(bytes: Uint8Array): Batch | undefined {
  const payload = unseal(bytes);
  if (payload === undefined || payload[0] !== version) return undefined;
  const batch: Batch = { series: [], times: [], values: [] };
  try {
    const reader = new ByteReader(payload, 1);
    const count = reader.varint();
    let time = 0;
    for (let index = 0; index < count; index++) {
      batch.series.push(reader.varint());
      time += reader.signed();
      batch.times.push(time);
      batch.values.push(reader.float64());
    }
    return batch;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const version = 1;
