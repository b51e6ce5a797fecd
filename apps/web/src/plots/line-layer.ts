import { type Columns, createColumns, decimate, extent, type TimeWindow } from './decimate.js';
import { lookAt, type Theme } from './palette.js';
import type { PlotSeries } from './plot-series.js';
import { buildPyramid, type Level } from './pyramid.js';
import { drawLine, type ValueRange } from './raster.js';

/** A line as a chart shows it. */
export interface ShownLine {
  series: PlotSeries;
  /** Its place among all lines of the plot, hidden ones too: its colour stays when others go. */
  index: number;
}

/** Faint enough for the highlighted line to stand out, strong enough to compare it with. */
const dimmedAlpha = 70;

/** The lines of a chart on a canvas of their own, which lies on the axes' one. */
export interface LineLayer {
  readonly canvas: HTMLCanvasElement;
  /** Puts the canvas over the plotting area; CSS pixels. @returns whether it has another size than before. */
  place(area: { left: number; top: number; width: number; height: number }, pixelRatio: number): boolean;
  /** Brings the lines to the columns of the canvas; answers what values they cover, undefined if none. */
  prepare(lines: readonly ShownLine[], shown: TimeWindow): { min: number; max: number } | undefined;
  /** Draws what was prepared. */
  paint(range: ValueRange, theme: Theme, highlighted: string | undefined): void;
  /** What was prepared, one element a line: for export. */
  columns(): readonly { line: ShownLine; columns: Columns }[];
}

const pyramids = new WeakMap<PlotSeries, readonly Level[]>();

export function createLineLayer(): LineLayer {
  const canvas = document.createElement('canvas');
  canvas.className = 'plot-lines';
  const context = canvas.getContext('2d');
  let image: ImageData | undefined;
  let ratio = 1;
  let prepared: { line: ShownLine; columns: Columns }[] = [];
  /** Buffers are kept from frame to frame: nothing is left for the garbage collector. */
  let buffers: Columns[] = [];

  return {
    canvas,
    place({ left, top, width, height }, pixelRatio) {
      ratio = pixelRatio;
      const columns = Math.max(1, Math.round(width * pixelRatio));
      const rows = Math.max(1, Math.round(height * pixelRatio));
      Object.assign(canvas.style, {
        left: `${String(left)}px`,
        top: `${String(top)}px`,
        width: `${String(width)}px`,
        height: `${String(height)}px`,
      });
      if (canvas.width === columns && canvas.height === rows && image !== undefined) return false;
      canvas.width = columns;
      canvas.height = rows;
      image = new ImageData(columns, rows);
      buffers = [];
      return true;
    },

    prepare(lines, shown) {
      prepared = [];
      let covered: { min: number; max: number } | undefined;
      for (const [place, line] of lines.entries()) {
        const columns = (buffers[place] ??= createColumns(canvas.width));
        decimate(pyramidOf(line.series), line.series, shown, columns);
        prepared.push({ line, columns });
        const own = extent(columns);
        if (own === undefined) continue;
        covered =
          covered === undefined ? own : { min: Math.min(covered.min, own.min), max: Math.max(covered.max, own.max) };
      }
      return covered;
    },

    paint(range, theme, highlighted) {
      if (context === null || image === undefined) return;
      const pixels = new Uint32Array(image.data.buffer);
      pixels.fill(0);
      const raster = { pixels, width: image.width, height: image.height };
      const draw = (line: ShownLine, columns: Columns, alpha: number, thickness: number) => {
        const { colour, dash } = lookAt(line.index, theme);
        const scaledDash = dash.map((length) => Math.round(length * ratio));
        drawLine(raster, columns, range, { colour, alpha, thickness: thickness * ratio, dash: scaledDash });
      };
      // Many lines are drawn thinner: they would cover one another.
      const thickness = prepared.length > 12 ? 1 : 1.5;
      for (const { line, columns } of prepared) {
        if (line.series.key === highlighted) continue;
        draw(line, columns, highlighted === undefined ? 255 : dimmedAlpha, thickness);
      }
      const top = prepared.find(({ line }) => line.series.key === highlighted);
      if (top !== undefined) draw(top.line, top.columns, 255, 2.5);
      context.putImageData(image, 0, 0);
    },

    columns: () => prepared,
  };
}

function pyramidOf(series: PlotSeries): readonly Level[] {
  const known = pyramids.get(series);
  if (known !== undefined) return known;
  const built = buildPyramid(series.lows, series.highs);
  pyramids.set(series, built);
  return built;
}
