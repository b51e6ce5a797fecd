/** Puts numbers into the steps of a colour ramp. */
export interface MetricScale {
  /** Ascending; step i is from `bounds[i]` to below `bounds[i + 1]`, the last includes its end. One more than steps. */
  bounds: readonly number[];
  /** There are values below the first bound, or above the last: they have the first and the last colour. */
  isOpenBelow: boolean;
  isOpenAbove: boolean;
  /** 0 up to the number of steps − 1. */
  stepOf(value: number): number;
}

/**
 * Equal steps over what the values span, with bounds that read well. They begin at zero unless the values lie close
 * together far from it: a clock of 2.3 to 2.4 GHz must not become one colour. Nor must a few values far from all others make
 * these one colour: such lie beyond the ends.
 *
 * @param steps how many colours there are, ≥ 1. @returns undefined where there is no finite value.
 */
export function createMetricScale(values: Iterable<number>, steps: number): MetricScale | undefined {
  const sorted = [...values].filter(Number.isFinite).sort((one, other) => one - other);
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest === undefined || highest === undefined) return undefined;
  const [low, high] = bulkOf(sorted);
  // Differences in the last digits are those of arithmetic.
  const isOne = high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-6;
  const from = low > 0 && (isOne || low < high / 2) ? 0 : low;
  const to = high < 0 && (isOne || high > low / 2) ? 0 : high;
  const width = niceWidth((to - from || 1) / steps);
  const [start, size] = startOf(from, to, width, steps);
  const bounds = Array.from({ length: steps + 1 }, (_, index) => rounded(start + index * size, size));
  return {
    bounds,
    isOpenBelow: lowest < start - size * 1e-6,
    isOpenAbove: highest > start + (steps + 1e-6) * size,
    stepOf: (value) => Math.min(steps - 1, Math.max(0, Math.floor((value - start) / size + 1e-9))),
  };
}

/** Lowest and highest value, each without the hundredth that lies beyond where that makes the span less than half. */
function bulkOf(sorted: readonly number[]): [number, number] {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const all: [number, number] = [at(0), at(1)];
  const bulk: [number, number] = [at(0.01), at(0.99)];
  const spanOf = ([low, high]: [number, number]) => high - low;
  return sorted.length >= 50 && spanOf(bulk) > 0 && spanOf(all) > 2 * spanOf(bulk) ? bulk : all;
}

/** The first multiple of a width from which the steps reach the end; a wider one where rounding down cost too much. */
function startOf(from: number, to: number, width: number, steps: number): [number, number] {
  const start = Math.floor(from / width + 1e-9) * width;
  if (start + steps * width >= to - width * 1e-9) return [start, width];
  return startOf(from, to, niceWidth(width * 1.01), steps);
}

/** A round number, at least as wide. */
function niceWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (niceFactors.find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

const niceFactors = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** Takes off what binary fractions add: 0.30000000000000004. */
function rounded(value: number, width: number): number {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(width)));
  return digits > 15 ? value : Number(value.toFixed(digits));
}
