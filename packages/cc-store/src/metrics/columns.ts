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
  const first = times[0];
  if (first === undefined) return;
  writer.signed(first);
  writeRuns(writer, times, 1, first, 0, 0);
}

/**
 * Writes the runs that times make behind others.
 *
 * @param from the first of them that is written. @param before the time before it, which ends a run of so many such steps that is not written yet.
 */
export function writeRuns(
  writer: ByteWriter,
  times: readonly number[],
  from: number,
  before: number,
  stepBefore: number,
  lengthBefore: number,
): void {
  let [previous, step, length] = [before, stepBefore, lengthBefore];
  for (let index = from; index < times.length; index++) {
    const time = times[index] as number;
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
  let time = reader.signed();
  const times = [time];
  while (times.length < count) {
    const step = reader.varint();
    const length = reader.varint();
    if (length === 0 || length > count - times.length) throw new RangeError('a run of times is too long');
    for (let index = 0; index < length; index++) times.push((time += step));
  }
  return times;
}

/** The form of values that are kept as they are, and in place of its scale. */
const rawForm = 255;
export const raw = 0;
const scales = [1, 10, 100, 1000] as const;
const largestScaled = 2 ** 50;

/** What values of a form are multiplied by; undefined = no form. */
export function scaleOf(form: number): number | undefined {
  return form === rawForm ? raw : scales[form];
}

/** Differences of the values as integers with 0 to 3 decimals where that is exact for all of them, else eight bytes each. */
export function writeValues(writer: ByteWriter, values: readonly number[]): void {
  const digits = scales.findIndex((scale) => values.every((value) => isExact(value, scale)));
  const scale = scales[digits];
  writer.byte(scale === undefined ? rawForm : digits);
  if (scale === undefined) for (const value of values) writer.float64(value);
  else writeDeltas(writer, values, scale, 0);
}

/** Values that have the form. @param before the one before the first, scaled. */
export function writeDeltas(writer: ByteWriter, values: readonly number[], scale: number, before: number): void {
  let previous = before;
  for (const value of values) {
    const scaled = Math.round(value * scale);
    writer.signed(scaled - previous);
    previous = scaled;
  }
}

export function readValues(reader: ByteReader, count: number): number[] {
  const scale = scaleOf(reader.byte());
  if (scale === undefined) throw new RangeError('a form of values that is not known');
  const values: number[] = [];
  if (scale === raw) {
    for (let index = 0; index < count; index++) values.push(reader.float64());
    return values;
  }
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
