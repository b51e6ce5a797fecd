/** Samples of one series, ordered by time, each time once. */
export interface Samples {
  /** Unix seconds, integers. */
  times: readonly number[];
  /** As many as times. */
  values: readonly number[];
}

/** No samples. */
export const noSamples: Samples = { times: [], values: [] };

/** Orders samples as they arrived by time; of several at one time the last that arrived stays. */
export function inOrder(times: readonly number[], values: readonly number[]): Samples {
  if (isAscending(times)) return { times, values };
  const order = times.map((_, index) => index).sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  const sorted: { times: number[]; values: number[] } = { times: [], values: [] };
  for (const index of order) put(sorted, times[index] as number, values[index] as number);
  return sorted;
}

/** Both together; where they have a time in common, the newer's value. */
export function merge(older: Samples, newer: Samples): Samples {
  if (older.times.length === 0) return newer;
  if (newer.times.length === 0) return older;
  if ((older.times.at(-1) as number) < (newer.times[0] as number)) {
    return { times: [...older.times, ...newer.times], values: [...older.values, ...newer.values] };
  }
  const merged: { times: number[]; values: number[] } = { times: [], values: [] };
  let a = 0;
  let b = 0;
  while (a < older.times.length || b < newer.times.length) {
    const olderTime = older.times[a] ?? Infinity;
    const newerTime = newer.times[b] ?? Infinity;
    if (olderTime <= newerTime) put(merged, olderTime, older.values[a++] as number);
    else put(merged, newerTime, newer.values[b++] as number);
  }
  return merged;
}

/** Those from `from` to `to`, both included. */
export function within({ times, values }: Samples, from: number, to: number): Samples {
  let first = 0;
  while (first < times.length && (times[first] as number) < from) first++;
  let end = times.length;
  while (end > first && (times[end - 1] as number) > to) end--;
  return first === 0 && end === times.length
    ? { times, values }
    : { times: times.slice(first, end), values: values.slice(first, end) };
}

/** At the end, in place of one at the same time. */
function put(samples: { times: number[]; values: number[] }, time: number, value: number): void {
  const last = samples.times.length - 1;
  if (samples.times[last] === time) {
    samples.values[last] = value;
    return;
  }
  samples.times.push(time);
  samples.values.push(value);
}

function isAscending(times: readonly number[]): boolean {
  for (let index = 1; index < times.length; index++) {
    if ((times[index] as number) <= (times[index - 1] as number)) return false;
  }
  return true;
}
