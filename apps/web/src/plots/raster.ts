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
  /** Device pixels drawn and weakened by turns; empty for an unbroken line. */
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
  const { width, height } = raster;
  const perValue = height / (range.max - range.min);
  if (!Number.isFinite(perValue)) return;
  const half = style.thickness / 2;
  const columns = Math.min(width, lows.length);
  const strong = style.alpha;
  const weak = Math.round(style.alpha * 0.3);
  const period = style.dash.reduce((sum, length) => sum + length, 0);
  for (let column = 0; column < columns; column++) {
    const low = lows[column] ?? Number.NaN;
    const high = highs[column] ?? Number.NaN;
    if (!(low <= high)) continue;
    const alpha = period === 0 || isDrawn(style.dash, column % period) ? strong : weak;
    const top = (range.max - high) * perValue - half;
    const bottom = (range.max - low) * perValue + half;
    drawRun(raster, column, top, bottom, style, alpha);
    // A sample without neighbours would be a speck.
    if (isAlone(lows, column)) {
      drawRun(raster, column - 1, top, bottom, style, alpha);
      drawRun(raster, column + 1, top, bottom, style, alpha);
    }
  }
}

/** A colour as the raster holds it. */
export function packed([red, green, blue]: readonly [number, number, number], alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function drawRun(
  { pixels, width, height }: Raster,
  column: number,
  top: number,
  bottom: number,
  { colour }: LineStyle,
  alpha: number,
): void {
  if (column < 0 || column >= width || bottom <= 0 || top >= height) return;
  const firstWhole = Math.max(0, Math.ceil(top));
  const endWhole = Math.min(height, Math.floor(bottom));
  if (top > 0 && firstWhole > top) {
    const coverage = Math.min(bottom, firstWhole) - top;
    blend(pixels, (firstWhole - 1) * width + column, colour, alpha * coverage);
  }
  const solid = packed(colour, alpha);
  for (let row = firstWhole, index = firstWhole * width + column; row < endWhole; row++, index += width) {
    pixels[index] = solid;
  }
  if (bottom < height && endWhole < bottom && endWhole >= firstWhole) {
    blend(pixels, endWhole * width + column, colour, alpha * (bottom - endWhole));
  }
}

/** Puts a colour over what is there; `alpha` 0 to 255, with a fraction. Called for two pixels of each column: no allocation. */
function blend(
  pixels: Uint32Array,
  index: number,
  [red, green, blue]: readonly [number, number, number],
  alpha: number,
): void {
  const below = pixels[index] ?? 0;
  const over = alpha / 255;
  const sum = over + ((below >>> 24) / 255) * (1 - over);
  if (sum === 0) return;
  const share = over / sum;
  const mixedRed = mix(below & 255, red, share);
  const mixedGreen = mix((below >>> 8) & 255, green, share);
  const mixedBlue = mix((below >>> 16) & 255, blue, share);
  pixels[index] = ((Math.round(sum * 255) << 24) | (mixedBlue << 16) | (mixedGreen << 8) | mixedRed) >>> 0;
}

function mix(below: number, above: number, share: number): number {
  return Math.round(below + (above - below) * share);
}

function isAlone(lows: Float32Array, column: number): boolean {
  return Number.isNaN(lows[column - 1] ?? Number.NaN) && Number.isNaN(lows[column + 1] ?? Number.NaN);
}

function isDrawn(dash: readonly number[], position: number): boolean {
  let rest = position;
  for (let index = 0; index < dash.length; index++) {
    rest -= dash[index] ?? 0;
    if (rest < 0) return index % 2 === 0;
  }
  return true;
}
