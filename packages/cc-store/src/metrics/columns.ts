import type { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import type { Samples } from './samples.js';

/** Writes how many samples there are, their times, and their values (docs/design.md §4.3). */
export function writeSamples(writer: ByteWriter, { times, values }: Samples): void {
  writer.varint(times.length);
  writeTimes(writer, times);
  writeValues(writer, values);
}

/** @throws RangeError where the bytes are not what {@link writeSamples} wrote. */
export function readSamples(reader: ByteReader): Samples {
  const count = reader.varint();
  return { times: readTimes(reader, count), values: readValues(reader, count) };
}

/** Ascending integers: the first, then runs of equal steps: step, how often. */
export function writeTimes(writer: ByteWriter, times: readonly number[]): void {
  let previous = times[0];
  if (previous === undefined) return;
  writer.signed(previous);
  let step = 0;
  let length = 0;
  for (const time of times.slice(1)) {
    const next = time - previous;
    if (next !== step && length > 0) {
      writer.varint(step);
      writer.varint(length);
      length = 0;
    }
    step = next;
    length += 1;
    previous = time;
  }
  if (length > 0) {
    writer.varint(step);
    writer.varint(length);
  }
}

export function readTimes(reader: ByteReader, count: number): number[] {
  if (count === 0) return [];
  const times = [reader.signed()];
  while (times.length < count) {
    const step = reader.varint();
    const length = reader.varint();
    if (length === 0 || length > count - times.length) throw new RangeError('a run of times is too long');
    for (let index = 0; index < length; index++) times.push((times.at(-1) as number) + step);
  }
  return times;
}

/** Marks values kept as they are. */
const raw = 255;
const scales = [1, 10, 100, 1000] as const;
const largestScaled = 2 ** 50;

/** Differences of the values as integers with 0 to 3 decimals where that is exact for all of them, else eight bytes each. */
export function writeValues(writer: ByteWriter, values: readonly number[]): void {
  const digits = scales.findIndex((scale) => values.every((value) => isExact(value, scale)));
  const scale = scales[digits];
  if (scale === undefined) {
    writer.byte(raw);
    for (const value of values) writer.float64(value);
    return;
  }
  writer.byte(digits);
  let previous = 0;
  for (const value of values) {
    const scaled = Math.round(value * scale);
    writer.signed(scaled - previous);
    previous = scaled;
  }
}

export function readValues(reader: ByteReader, count: number): number[] {
  const form = reader.byte();
  const values: number[] = [];
  if (form === raw) {
    for (let index = 0; index < count; index++) values.push(reader.float64());
    return values;
  }
  const scale = scales[form];
  if (scale === undefined) throw new RangeError('a form of values that is not known');
  let scaled = 0;
  for (let index = 0; index < count; index++) {
    scaled += reader.signed();
    values.push(scaled / scale);
  }
  return values;
}

/** Whether a number has this many decimals at most: 1 = none, 10 = one …. Minus zero has not: a sum of differences has no sign at zero. */
export function isExact(value: number, scale: number): boolean {
  const scaled = Math.round(value * scale);
  return Math.abs(scaled) <= largestScaled && Object.is(scaled / scale + 0, value);
}
