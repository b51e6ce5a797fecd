import { type Level, levelFor } from './pyramid.js';

/** From when to when a plot shows; Unix seconds, `from` < `to`. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** What a line covers in each pixel column, in the unit of the metric; NaN where it is not. */
export interface Columns {
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

/** Where the values of a series lie in time. */
export interface Grid {
  /** Unix seconds of the first value. */
  readonly from: number;
  /** Seconds. */
  readonly step: number;
}

export function createColumns(width: number): Columns {
  return { lows: new Float32Array(width), highs: new Float32Array(width) };
}

/**
 * Brings a series to pixel columns: each column gets the smallest and the largest value that the line has in it, so that a
 * spike of one sample among ten thousand is still seen. Overwrites `out`, as wide as the plot.
 */
export function decimate(levels: readonly Level[], { from, step }: Grid, shown: TimeWindow, out: Columns): void {
  const width = out.lows.length;
  out.lows.fill(Number.NaN);
  out.highs.fill(Number.NaN);
  const secondsPerColumn = (shown.to - shown.from) / width;
  if (!(secondsPerColumn > 0)) return;
  const columnSpan = secondsPerColumn / step;
  // With two entries a column none that has data is left empty.
  const level = levelFor(levels, columnSpan, 2);
  if (level === undefined) return;
  const entryWidth = (level.span * step) / secondsPerColumn;
  // An entry stands where the middle of what it covers is.
  const origin = (from + ((level.span - 1) * step) / 2 - shown.from) / secondsPerColumn;
  if (columnSpan >= 2) {
    const values = levels[0]?.lows.length ?? 0;
    const lastMiddle = ((level.lows.length - 1) * level.span + values - 1) / 2;
    collect(level, { origin, entryWidth, last: (from + lastMiddle * step - shown.from) / secondsPerColumn }, out);
  } else interpolate(level, origin, entryWidth, out);
}

/** The smallest and largest value over all columns; undefined where all are empty. */
export function extent({ lows, highs }: Columns): { min: number; max: number } | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (let column = 0; column < lows.length; column++) {
    const low = lows[column] ?? Number.NaN;
    const high = highs[column] ?? Number.NaN;
    if (low < min) min = low;
    if (high > max) max = high;
  }
  return min <= max ? { min, max } : undefined;
}

/** Where entries stand, in columns. */
interface Places {
  /** Of the first one. */
  readonly origin: number;
  /** From one to the next. */
  readonly entryWidth: number;
  /** Of the last one, which may cover fewer values than the others: then it stands less far off. */
  readonly last: number;
}

/** Several entries a column: each goes to the column that it stands in. */
function collect({ lows, highs }: Level, { origin, entryWidth, last }: Places, out: Columns): void {
  const width = out.lows.length;
  const lastEntry = lows.length - 1;
  const lastColumn = Math.floor(last);
  let entry = Math.max(0, Math.ceil(-origin / entryWidth));
  for (let column = Math.max(0, Math.floor(Math.min(origin, last))); column < width; column++) {
    const end = Math.min(lastEntry, Math.ceil((column + 1 - origin) / entryWidth));
    let lowest = column === lastColumn ? (lows[lastEntry] ?? Infinity) : Infinity;
    let highest = column === lastColumn ? (highs[lastEntry] ?? -Infinity) : -Infinity;
    for (; entry < end; entry++) {
      lowest = lower(lowest, lows[entry] ?? Number.NaN);
      highest = higher(highest, highs[entry] ?? Number.NaN);
    }
    if (!(lowest <= highest)) continue;
    out.lows[column] = lowest;
    out.highs[column] = highest;
  }
  join(out);
}

/**
 * Less than two entries a column: straight lines between neighbours; an entry without neighbours is a point. A column covers what the
 * line is at its two edges, and the entries between these.
 */
function interpolate({ lows, highs }: Level, origin: number, entryWidth: number, out: Columns): void {
  const perColumn = 1 / entryWidth;
  const first = Math.max(0, Math.floor(origin));
  // One more than it takes, where rounding puts the last entry just behind an edge.
  const end = Math.min(out.lows.length, Math.floor(origin + (lows.length - 1) * entryWidth) + 2);
  let edge = (first - origin) * perColumn;
  let edgeLow = valueBefore(lows, edge);
  let edgeHigh = valueBefore(highs, edge);
  for (let column = first, entry = Math.max(0, Math.ceil(edge - 1e-9)); column < end; column++) {
    let low = edgeLow;
    let high = edgeHigh;
    edge = (column + 1 - origin) * perColumn;
    for (; entry < edge && entry < lows.length; entry++) {
      low = lower(low, lows[entry] ?? Number.NaN);
      high = higher(high, highs[entry] ?? Number.NaN);
    }
    edgeLow = valueBefore(lows, edge);
    edgeHigh = valueBefore(highs, edge);
    out.lows[column] = lower(low, edgeLow);
    out.highs[column] = higher(high, edgeHigh);
  }
}

/** Where a line that comes from the left is at a place among its entries; NaN where none comes. */
function valueBefore(values: Float64Array, place: number): number {
  const entry = Math.ceil(place) - 1;
  if (entry < 0 || entry + 1 >= values.length) return Number.NaN;
  const value = values[entry] ?? Number.NaN;
  return value + ((values[entry + 1] ?? Number.NaN) - value) * (place - entry);
}

/** The lower one; of a number and NaN, the number. */
const lower = (one: number, other: number): number => (one <= other || other !== other ? one : other);

/** The higher one; of a number and NaN, the number. */
const higher = (one: number, other: number): number => (one >= other || other !== other ? one : other);

/** Neighbouring columns that do not touch would show a line as crumbs: both reach half of the way. */
function join({ lows, highs }: Columns): void {
  for (let column = 1; column < lows.length; column++) {
    const low = lows[column] ?? Number.NaN;
    const high = highs[column] ?? Number.NaN;
    const lastLow = lows[column - 1] ?? Number.NaN;
    const lastHigh = highs[column - 1] ?? Number.NaN;
    if (low > lastHigh) {
      const middle = (low + lastHigh) / 2;
      lows[column] = middle;
      highs[column - 1] = middle;
    } else if (high < lastLow) {
      const middle = (high + lastLow) / 2;
      highs[column] = middle;
      lows[column - 1] = middle;
    }
  }
}
