import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createColumns, decimate, extent } from './decimate.js';
import { buildPyramid, levelFor } from './pyramid.js';

function columnsOf(
  values: readonly number[],
  grid: { from: number; step: number },
  from: number,
  to: number,
  width: number,
) {
  const numbers = Float64Array.from(values);
  const out = createColumns(width);
  decimate(buildPyramid(numbers, numbers), grid, { from, to }, out);
  return out;
}

describe('decimate', () => {
  it('keeps a spike of one sample among ten thousand, at every width', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => (index === 6789 ? 1000 : 1));
    for (const width of [50, 333, 800, 1920]) {
      const out = columnsOf(values, { from: 0, step: 1 }, 0, 10_000, width);
      const column = [...out.highs].findIndex((high) => high === 1000);
      expect(Math.abs(column - (6789 / 10_000) * width)).toBeLessThanOrEqual(1);
    }
  });

  it('leaves columns empty where nothing was measured, and only there', () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index >= 400 && index < 600 ? Number.NaN : 5));
    const out = columnsOf(values, { from: 0, step: 1 }, 0, 1000, 100);
    const empty = [...out.lows.keys()].filter((column) => Number.isNaN(out.lows[column]));
    expect(empty).toEqual(Array.from({ length: 20 }, (_, index) => 40 + index));
  });

  it('draws straight lines between samples that lie far apart', () => {
    const out = columnsOf([0, 10], { from: 0, step: 10 }, 0, 10, 10);
    expect([...out.lows]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...out.highs]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('draws the line on from a sample that lies outside', () => {
    const out = columnsOf([0, 10, 20], { from: 0, step: 10 }, 5, 15, 10);
    expect(out.lows[0]).toBe(5);
    expect(out.highs[9]).toBe(15);
  });

  it('gives a sample without neighbours one column', () => {
    const out = columnsOf([Number.NaN, 7, Number.NaN], { from: 0, step: 10 }, 0, 30, 30);
    expect([...out.lows.keys()].filter((column) => !Number.isNaN(out.lows[column]))).toEqual([10]);
  });

  it('shows nothing of a window before, after or without width', () => {
    for (const [from, to] of [
      [-50, -10],
      [200, 300],
      [5, 5],
      [9, 3],
    ] as const) {
      expect(extent(columnsOf([1, 2, 3], { from: 0, step: 10 }, from, to, 20))).toBeUndefined();
    }
  });

  it('keeps a last sample that stands just at the edge of a column', () => {
    const lost: [length: number, width: number][] = [];
    for (let length = 1; length <= 60; length++) {
      const values = [...new Array<number>(length - 1).fill(Number.NaN), 7];
      for (let width = 1; width <= 100; width++) {
        if (extent(columnsOf(values, { from: 0, step: 1 }, 0, length, width))?.max !== 7) lost.push([length, width]);
      }
    }
    expect(lost).toEqual([]);
  });

  it('keeps an extreme among the last samples, which fill no whole entry of a coarser level', () => {
    const lost: [length: number, width: number][] = [];
    for (let length = 65; length <= 300; length++) {
      const values = [...new Array<number>(length - 1).fill(0), 7];
      for (const width of [1, 2, 7, 8, 9, 15, 16, 31]) {
        if (extent(columnsOf(values, { from: 0, step: 1 }, 0, length, width))?.max !== 7) lost.push([length, width]);
      }
    }
    expect(lost).toEqual([]);
  });

  it('never leaves what the samples cover, and loses no extreme when all is shown', () => {
    const sample = fc.oneof(
      { weight: 5, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    );
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 2000 }),
        fc.integer({ min: 1, max: 400 }),
        (values, width) => {
          const out = columnsOf(values, { from: 0, step: 1 }, 0, values.length, width);
          const measured = values.filter((value) => !Number.isNaN(value));
          const found = extent(out);
          if (measured.length === 0) {
            expect(found).toBeUndefined();
            return;
          }
          // 32-bit columns round a little.
          expect(found?.min).toBeCloseTo(Math.fround(Math.min(...measured)), 3);
          expect(found?.max).toBeCloseTo(Math.fround(Math.max(...measured)), 3);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leaves no hole between columns that have data', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 3000 }), fc.integer({ min: 1, max: 500 }), (length, width) => {
        const values = Array.from({ length }, (_, index) => Math.sin(index) * index);
        const out = columnsOf(values, { from: 0, step: 1 }, 0, length - 1, width);
        const holes = [...out.lows.keys()].slice(1).filter((column) => {
          const [low = NaN, high = NaN] = [out.lows[column], out.highs[column]];
          const [lastLow = NaN, lastHigh = NaN] = [out.lows[column - 1], out.highs[column - 1]];
          return !(low <= lastHigh && high >= lastLow);
        });
        expect(holes).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('buildPyramid', () => {
  it('keeps minimum and maximum at every level, over gaps', () => {
    const values = Float64Array.from({ length: 1000 }, (_, index) => (index % 7 === 0 ? Number.NaN : index));
    const levels = buildPyramid(values, values);
    expect(levels.map(({ span, lows }) => [span, lows.length])).toEqual([
      [1, 1000],
      [4, 250],
      [16, 63],
    ]);
    expect(levels[2]?.lows[0]).toBe(1);
    expect(levels[2]?.highs[0]).toBe(15);
    expect(levels[2]?.highs[62]).toBe(999);
  });

  it('gives NaN where all is NaN', () => {
    const values = new Float64Array(256).fill(Number.NaN);
    expect([...(buildPyramid(values, values)[1]?.lows ?? [])].every(Number.isNaN)).toBe(true);
  });

  it('levelFor takes the coarsest level that is fine enough', () => {
    const values = new Float64Array(100_000);
    const levels = buildPyramid(values, values);
    expect([0.5, 7.9, 8, 31, 32, 1e9].map((span) => levelFor(levels, span, 2)?.span)).toEqual([1, 1, 4, 4, 16, 4096]);
  });
});
