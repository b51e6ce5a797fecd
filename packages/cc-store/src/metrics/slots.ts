import type { Samples } from './samples.js';

/**
 * Puts samples into slots of `timestep` seconds: a sample counts for the slot whose middle it is next to, and of several in one
 * slot the latest stays.
 *
 * @param start the middle of the first slot; no sample is before it.
 */
export function toSlots({ times, values }: Samples, start: number, timestep: number): (number | null)[] {
  const slots: (number | null)[] = [];
  for (let index = 0; index < times.length; index++) {
    const slot = Math.floor(((times[index] as number) - start) / timestep + 0.5);
    while (slots.length < slot) slots.push(null);
    slots[slot] = values[index] as number;
  }
  return slots;
}

/**
 * One series from those of a node's parts, on one grid that begins at their first sample.
 *
 * An average is over the parts that have a value in a slot. A sum needs all of them: without one it would be a wrong number, not
 * a rough one, so such a slot is null.
 */
export function aggregate(parts: readonly Samples[], timestep: number, by: 'sum' | 'avg'): (number | null)[] {
  return aggregateFrom(parts, timestep, by).data;
}

/** The same, with the time that the first slot is of. */
export function aggregateFrom(
  parts: readonly Samples[],
  timestep: number,
  by: 'sum' | 'avg',
): { start: number; data: (number | null)[] } {
  const filled = parts.filter((part) => part.times.length > 0);
  const start = Math.min(...filled.map((part) => part.times[0] as number));
  const grids = filled.map((part) => toSlots(part, start, timestep));
  if (grids.length === 1) return { start, data: grids[0] ?? [] };
  const length = Math.max(0, ...grids.map((grid) => grid.length));
  const combined: (number | null)[] = [];
  for (let slot = 0; slot < length; slot++) {
    let sum = 0;
    let count = 0;
    for (const grid of grids) {
      const value = grid[slot] ?? null;
      if (value === null) continue;
      sum += value;
      count += 1;
    }
    if (count === 0 || (by === 'sum' && count < grids.length)) combined.push(null);
    else combined.push(by === 'sum' ? sum : sum / count);
  }
  const first = Math.max(
    0,
    combined.findIndex((value) => value !== null),
  );
  return { start: start + first * timestep, data: trimmed(combined) };
}

/** Data has no padding: it begins and ends with a value. */
function trimmed(slots: readonly (number | null)[]): (number | null)[] {
  const first = slots.findIndex((value) => value !== null);
  if (first < 0) return [];
  let end = slots.length;
  while (slots[end - 1] === null) end--;
  return slots.slice(first, end);
}

/** Of the values that are there; all 0 where there are none. */
export function statisticsOf(slots: readonly (number | null)[]): { min: number; avg: number; max: number } {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const value of slots) {
    if (value === null) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count += 1;
  }
  return count === 0 ? { min: 0, avg: 0, max: 0 } : { min, avg: sum / count, max };
}
