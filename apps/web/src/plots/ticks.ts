import { type Zone } from '../format/time.js';
import type { TimeWindow } from './decimate.js';
import type { ValueRange } from './raster.js';

/** Round places of an axis, and how far apart they are. */
export interface Ticks {
  readonly at: readonly number[];
  readonly step: number;
}

const timeSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  1_209_600, 2_592_000, 7_776_000, 31_536_000,
] as const;

/** Ticks of a time axis, at most `count`, at round times of the zone. */
export function timeTicks({ from, to }: TimeWindow, count: number, zone: Zone): Ticks {
  const wanted = (to - from) / Math.max(1, count);
  const step = timeSteps.find((candidate) => candidate >= wanted) ?? 31_536_000;
  const offset = zone === 'utc' ? 0 : -new Date(from * 1000).getTimezoneOffset() * 60;
  return { at: multiples(from + offset, to + offset, step).map((time) => time - offset), step };
}

/** Ticks of a value axis, about `count`, at 1, 2 or 5 times a power of ten. */
export function valueTicks({ min, max }: ValueRange, count: number): Ticks {
  const wanted = (max - min) / Math.max(1, count);
  if (!(wanted > 0) || !Number.isFinite(wanted)) return { at: [], step: 1 };
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = ([1, 2, 5].find((factor) => factor * power >= wanted * 0.999) ?? 10) * power;
  return { at: multiples(min, max, step), step };
}

/** The range that a plot shows for values from `min` to `max`: from zero where nothing is below it, with air above. */
export function rangeAround(values: { min: number; max: number } | undefined): ValueRange {
  if (values === undefined) return { min: 0, max: 1 };
  const min = Math.min(0, values.min);
  const max = Math.max(0, values.max);
  if (min === max) return { min: 0, max: 1 };
  const air = (max - min) * 0.06;
  return { min: min < 0 ? min - air : 0, max: max > 0 ? max + air : 0 };
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Multiplying keeps 0.3 from becoming 0.30000000000000004 by adding up; the rest of the error goes by rounding.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const value = (first + index) * step;
    return Number(value.toPrecision(12));
  });
}
