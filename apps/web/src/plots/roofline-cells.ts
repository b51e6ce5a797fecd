import { logShare, type RooflinePoints } from './roofline.js';

/** An axis from one power of ten to another. */
export interface LogAxis {
  min: number;
  max: number;
}

/** How a roofline is brought to cells. */
export interface RooflineGrid {
  x: LogAxis;
  y: LogAxis;
  columns: number;
  rows: number;
  /** Shades of time. */
  shades: number;
}

/**
 * Points as cells of a grid, since a day of sixty-four nodes is more points than a plot has room for. Each cell has the shade of
 * the newest point in it.
 *
 * @returns the cells of each shade as an SVG path, in units of cells; the oldest shade first.
 */
export function rooflineCells(points: RooflinePoints, { x, y, columns, rows, shades }: RooflineGrid): string[] {
  const newest = new Float32Array(columns * rows).fill(-1);
  for (let index = 0; index < points.rates.length; index++) {
    const column = Math.floor(logShare(points.intensities[index] ?? Number.NaN, x) * columns);
    const row = rows - 1 - Math.floor(logShare(points.rates[index] ?? Number.NaN, y) * rows);
    if (!(column >= 0 && column < columns && row >= 0 && row < rows)) continue;
    const cell = row * columns + column;
    newest[cell] = Math.max(newest[cell] ?? -1, points.ages[index] ?? 0);
  }
  const paths = new Array<string>(shades).fill('');
  for (let cell = 0; cell < newest.length; cell++) {
    const age = newest[cell] ?? -1;
    if (age < 0) continue;
    const shade = Math.min(shades - 1, Math.floor(age * shades));
    paths[shade] += `M${String(cell % columns)} ${String(Math.floor(cell / columns))}h1v1h-1z`;
  }
  return paths;
}
