import { expect, it } from 'vitest';
import { rooflineCells } from './roofline-cells.js';

const grid = { x: { min: 0.1, max: 10 }, y: { min: 1, max: 100 }, columns: 2, rows: 2, shades: 2 };
const points = (...all: [intensity: number, rate: number, age: number][]) => ({
  intensities: Float64Array.from(all, ([intensity]) => intensity),
  rates: Float64Array.from(all, ([, rate]) => rate),
  ages: Float64Array.from(all, ([, , age]) => age),
});

it('points fall into cells, low rates at the bottom, and the newest gives the shade', () => {
  expect(rooflineCells(points([0.5, 5, 0], [0.6, 6, 0.4], [5, 50, 0.1], [5, 51, 1]), grid)).toEqual([
    'M0 1h1v1h-1z',
    'M1 0h1v1h-1z',
  ]);
});

it('points beyond the axes are not drawn', () => {
  expect(rooflineCells(points([0.01, 5, 0], [1, 1e9, 0], [Number.NaN, 5, 0], [100, 5, 1]), grid)).toEqual(['', '']);
});
