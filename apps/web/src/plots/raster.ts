import type { Columns } from './decimate.js';

/** Pixels of an `ImageData`, one number each: `0xAABBGGRR` on the little-endian machines that browsers run on. */
export interface Raster {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** How a line is drawn. */
export interface LineStyle {
  /** `[red, green, blue]`, 0 to 255. */
  readonly colour: readonly [number, number, number];
  /** 0 to 255: less for a line that another one is highlighted over. */
  readonly alpha: number;
  /** Device pixels, > 0. */
  readonly thickness: number;
  /** Device pixels (whole ones) drawn and weakened by turns; empty for an unbroken line. */
  readonly dash: readonly number[];
}

/** The values at the lower and the upper edge of the raster. */
export interface ValueRange {
  min: number;
  max: number;
}

/**
 * Draws a line that was brought to columns. A canvas strokes sixty-four noisy lines in ten frames' time, since it treats
 * every column as a shape; here a column is a run of pixels, with soft ends.
 *
 * The gaps of a dashed line are weaker, not empty: a spike in a gap must be seen.
 */
export function drawLine(raster: Raster, { lows, highs }: Columns, range: ValueRange, style: LineStyle): void {
  const { pixels, width, height } = raster;
  const perValue = height / (range.max - range.min);
  if (!Number.isFinite(perValue)) return;
  const half = style.thickness / 2;
  const columns = Math.min(width, lows.length);
  const alphas = alphasOf(style);
  const period = alphas.length;
  const colour = packed(style.colour, 0);
  for (let column = 0, phase = 0; column < columns; column++, phase = phase + 1 === period ? 0 : phase + 1) {
    const low = lows[column] ?? Number.NaN;
    const high = highs[column] ?? Number.NaN;
    if (!(low <= high)) continue;
    const top = (range.max - high) * perValue - half;
    const bottom = (range.max - low) * perValue + half;
    if (bottom <= 0 || top >= height) continue;
    const alpha = alphas[phase] ?? 255;
    drawRun(pixels, width, height, column, top, bottom, colour, alpha);
    // A sample without neighbours would be a speck.
    if (isAlone(lows, column)) {
      if (column > 0) drawRun(pixels, width, height, column - 1, top, bottom, colour, alpha);
      if (column + 1 < width) drawRun(pixels, width, height, column + 1, top, bottom, colour, alpha);
    }
  }
}

/** A colour as the raster holds it. */
export function packed([red, green, blue]: readonly [number, number, number], alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Runs some hundred thousand times a frame: plain numbers, no objects. `colour` is without its alpha. */
function drawRun(
  pixels: Uint32Array,
  width: number,
  height: number,
  column: number,
  top: number,
  bottom: number,
  colour: number,
  alpha: number,
): void {
  const firstWhole = top > 0 ? Math.ceil(top) : 0;
  const endWhole = bottom < height ? Math.floor(bottom) : height;
  const solid = (colour | (alpha << 24)) >>> 0;
  let index = firstWhole * width + column;
  if (top > 0 && firstWhole > top) {
    const coverage = (bottom < firstWhole ? bottom : firstWhole) - top;
    blend(pixels, index - width, colour, (alpha * coverage + 0.5) | 0);
  }
  for (let row = firstWhole; row < endWhole; row++, index += width) pixels[index] = solid;
  if (bottom < height && endWhole < bottom && endWhole >= firstWhole) {
    blend(pixels, endWhole * width + column, colour, (alpha * (bottom - endWhole) + 0.5) | 0);
  }
}

/** Puts a colour over what is there; two channels at a time, in 256ths. */
function blend(pixels: Uint32Array, index: number, colour: number, alpha: number): void {
  const below = pixels[index] ?? 0;
  const belowAlpha = below >>> 24;
  if (belowAlpha === 0) {
    pixels[index] = (colour | (alpha << 24)) >>> 0;
    return;
  }
  const over = alpha + (alpha >>> 7);
  const under = 256 - over;
  const redBlue = (((below & 0xff00ff) * under + (colour & 0xff00ff) * over) >>> 8) & 0xff00ff;
  const green = (((below & 0xff00) * under + (colour & 0xff00) * over) >>> 8) & 0xff00;
  const sum = belowAlpha + (((255 - belowAlpha) * over) >>> 8);
  pixels[index] = ((sum << 24) | redBlue | green) >>> 0;
}

function isAlone(lows: Float32Array, column: number): boolean {
  const before = lows[column - 1] ?? Number.NaN;
  if (before === before) return false;
  const after = lows[column + 1] ?? Number.NaN;
  return after !== after;
}

/** The alpha of each pixel of a line, up to where its pattern begins anew. */
function alphasOf({ alpha, dash }: LineStyle): Uint8Array {
  const period = Math.max(
    1,
    dash.reduce((sum, length) => sum + length, 0),
  );
  const alphas = new Uint8Array(period).fill(alpha);
  let start = 0;
  for (const [index, length] of dash.entries()) {
    if (index % 2 === 1) alphas.fill(Math.round(alpha * 0.3), start, start + length);
    start += length;
  }
  return alphas;
}
