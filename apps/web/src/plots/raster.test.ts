import { describe, expect, it } from 'vitest';
import { type Columns } from './decimate.js';
import { drawLine, type LineStyle, packed } from './raster.js';

const red: LineStyle = { colour: [200, 10, 20], alpha: 255, thickness: 1, dash: [] };

function draw(lows: number[], highs: number[], style = red, range = { min: 0, max: 10 }, height = 10) {
  const width = lows.length;
  const pixels = new Uint32Array(width * height);
  const columns: Columns = { lows: Float32Array.from(lows), highs: Float32Array.from(highs) };
  drawLine({ pixels, width, height }, columns, range, style);
  const alphaAt = (column: number, row: number) => (pixels[row * width + column] ?? 0) >>> 24;
  return {
    pixels,
    alphaAt,
    column: (column: number) => Array.from({ length: height }, (_, row) => alphaAt(column, row)),
  };
}

describe('drawLine', () => {
  it('fills a column from its largest value down to its smallest', () => {
    const { column, pixels } = draw([2, 2, 2], [7.5, 7.5, 7.5], { ...red, thickness: 1 });
    // From 7.5 + half a pixel, which is row 2, down to 2 − half a pixel: the middle of row 8.
    expect(column(1)).toEqual([0, 0, 255, 255, 255, 255, 255, 255, 128, 0]);
    expect(pixels[3 * 3 + 1]).toBe(packed([200, 10, 20], 255));
  });

  it('softens a line between two rows', () => {
    const { column } = draw([5, 5, 5], [5, 5, 5]);
    expect(column(1)).toEqual([0, 0, 0, 0, 128, 128, 0, 0, 0, 0]);
  });

  it('draws a thin line within one row at its share', () => {
    const { column } = draw([5.5, 5.5, 5.5], [5.5, 5.5, 5.5], { ...red, thickness: 0.5 });
    expect(column(1)).toEqual([0, 0, 0, 0, 128, 0, 0, 0, 0, 0]);
  });

  it('leaves gaps, and gives a lonely sample three columns', () => {
    const { alphaAt } = draw([NaN, NaN, 5.5, NaN, NaN], [NaN, NaN, 5.5, NaN, NaN]);
    expect([0, 1, 2, 3, 4].map((column) => alphaAt(column, 4))).toEqual([0, 255, 255, 255, 0]);
  });

  it('clips at the edges instead of drawing elsewhere', () => {
    const { pixels, column } = draw([-1e9, 50, -50], [1e9, 60, -40]);
    expect(column(0)).toEqual(new Array(10).fill(255));
    expect(column(1)).toEqual(new Array(10).fill(0));
    expect(column(2)).toEqual(new Array(10).fill(0));
    expect(pixels.length).toBe(30);
  });

  it('weakens the gaps of a dashed line but draws them', () => {
    const level = new Array<number>(6).fill(5.5);
    const { alphaAt } = draw(level, level, { ...red, dash: [2, 1] });
    expect([0, 1, 2, 3, 4, 5].map((column) => alphaAt(column, 4))).toEqual([255, 255, 77, 255, 255, 77]);
  });

  it('mixes where lines cross, and an opaque line stays opaque', () => {
    const pixels = new Uint32Array(4).fill(packed([0, 0, 255], 255));
    const columns = { lows: Float32Array.of(2, 2, NaN), highs: Float32Array.of(2, 2, NaN) };
    drawLine({ pixels, width: 1, height: 4 }, columns, { min: 0, max: 4 }, { ...red, colour: [255, 0, 0] });
    expect(pixels[1]).toBe(packed([128, 0, 126], 255));
    expect(pixels[0]).toBe(packed([0, 0, 255], 255));
  });

  it('draws nothing on a range without height', () => {
    expect(draw([1, 1], [1, 1], red, { min: 3, max: 3 }).pixels.some((pixel) => pixel !== 0)).toBe(false);
  });
});
