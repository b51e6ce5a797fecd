import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { tickLabels, type Zone } from '../format/time.js';
import { formatNumber, type Scale, scaleFor } from '../format/unit.js';
import type { TimeWindow } from './decimate.js';
import { createLineLayer, type ShownLine } from './line-layer.js';
import { themeColor } from '../ui/preferences.js';
import { lookAt, type Theme } from './palette.js';
import type { PlotData } from './plot-series.js';
import type { ValueRange } from './raster.js';
import type { Picture } from './export/svg.js';
import type { Thresholds } from './thresholds.js';
import { rangeAround, timeTicks, valueTicks } from './ticks.js';

/** All that decides how a chart looks. */
export interface ChartModel {
  data: PlotData;
  shown: TimeWindow;
  /** Keys of the series that are not drawn. */
  hidden: ReadonlySet<string>;
  /** Key of the series that stands out. */
  highlighted: string | undefined;
  thresholds: Thresholds | undefined;
  theme: Theme;
  zone: Zone;
}

/** What a chart tells of the hand on it. */
export interface ChartEvents {
  /** A span was marked with the pointer. */
  onSelect(selected: TimeWindow): void;
  /** The pointer stands at this moment and at this value (in the metric's unit), or has left. */
  onCursor(at: { time: number; value: number } | undefined): void;
  /** A double click: everything again. */
  onReset(): void;
}

/** Axes, grid, cursor and selection by uPlot; the lines by a layer of our own, which reads pyramids instead of samples. */
export interface Chart {
  /** Draws now: call it from a frame. */
  draw(model: ChartModel): void;
  /** Marks a moment that another plot of the view points at. */
  mark(time: number | undefined): void;
  resize(width: number, height: number): void;
  /** The moment at a horizontal place of the window, CSS pixels. */
  timeAt(clientX: number): number;
  /** Width of the plotting area, CSS pixels. */
  plotWidth(): number;
  /** What was drawn last, for export. */
  picture(title: string): Picture | undefined;
  destroy(): void;
}

/** Lines times pixel columns, beyond which a dense screen's lines are drawn as for a plain one: a frame has its bounds. */
const mostColumns = 70_000;
const timeAxisHeight = 40;
const valueAxisWidth = 58;

export function createChart(parent: HTMLElement, size: { width: number; height: number }, events: ChartEvents): Chart {
  const layer = createLineLayer();
  let model: ChartModel | undefined;
  let range: ValueRange = { min: 0, max: 1 };
  let scale: Scale = { unit: '', factor: 1 };
  /** Set while a mark of another plot moves our cursor, which is no news to that plot. */
  let isMarking = false;

  let drawnTheme: Theme | undefined;
  let themeColours = readColours();
  const colours = () => {
    if (model !== undefined && model.theme !== drawnTheme) {
      drawnTheme = model.theme;
      themeColours = readColours();
    }
    return themeColours;
  };

  const timeSplits = (u: uPlot, _axis: number, from: number, to: number) =>
    timeTicks({ from, to }, Math.floor(u.bbox.width / uPlot.pxRatio / 84), model?.zone ?? 'local').at.slice();

  const valueSplits = (u: uPlot, _axis: number, min: number, max: number) => {
    const { factor } = scale;
    const count = Math.max(2, Math.floor(u.bbox.height / uPlot.pxRatio / 36));
    return valueTicks({ min: min * factor, max: max * factor }, count).at.map((tick) => tick / factor);
  };

  const axis = {
    stroke: () => colours().text,
    grid: { stroke: () => colours().line, width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };

  const plot = new uPlot(
    {
      ...size,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      scales: { x: { time: false, auto: false }, y: { auto: false } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        {
          ...axis,
          size: timeAxisHeight,
          splits: timeSplits,
          values: (_u, ticks) => tickLabels(ticks, (ticks[1] ?? Infinity) - (ticks[0] ?? 0), model?.zone ?? 'local'),
        },
        {
          ...axis,
          size: valueAxisWidth,
          splits: valueSplits,
          values: (_u, ticks) => ticks.map((tick) => formatNumber(tick * scale.factor)),
        },
      ],
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        bind: { dblclick: () => () => (events.onReset(), null) },
      },
      hooks: {
        setSelect: [select],
        setCursor: [point],
      },
    },
    [
      [0, 1],
      [null, null],
    ],
    parent,
  );
  plot.over.before(layer.canvas);
  /** Above the lines, and with their names: colour alone says nothing to everybody. */
  const marks = thresholdNames.map((name): [ThresholdName, HTMLElement] => {
    const mark = document.createElement('div');
    mark.className = `plot-threshold plot-threshold-${name}`;
    mark.textContent = name;
    mark.hidden = true;
    plot.over.append(mark);
    return [name, mark];
  });

  function select({ select: { left, width }, posToVal }: uPlot) {
    if (width < 4) return;
    events.onSelect({ from: posToVal(left, 'x'), to: posToVal(left + width, 'x') });
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  function point({ cursor: { left = -1, top = -1 }, posToVal }: uPlot) {
    if (isMarking) return;
    events.onCursor(left < 0 ? undefined : { time: posToVal(left, 'x'), value: posToVal(top, 'y') });
  }

  function placeThresholds() {
    const { thresholds } = model ?? {};
    let last = -Infinity;
    let shift = 0;
    for (const [name, mark] of marks) {
      const value = thresholds?.[name];
      mark.hidden = value === undefined || value <= range.min || value >= range.max;
      if (value === undefined || mark.hidden) continue;
      const y = Math.round(plot.valToPos(value, 'y'));
      // Names of lines that lie close stand side by side.
      shift = Math.abs(y - last) < 13 ? shift + 52 : 0;
      last = y;
      mark.style.transform = `translateY(${String(y)}px)`;
      mark.style.paddingInlineEnd = `${String(shift)}px`;
    }
  }

  /** @returns whether the layer's columns are others than before. */
  function placeLayer(lines: number): boolean {
    const { left, top, width, height } = plot.bbox;
    const ratio = uPlot.pxRatio;
    const area = { left: left / ratio, top: top / ratio, width: width / ratio, height: height / ratio };
    return layer.place(area, lines * width > mostColumns ? 1 : ratio);
  }

  function draw(next: ChartModel) {
    model = next;
    const lines: ShownLine[] = [];
    for (const [index, series] of next.data.series.entries()) {
      if (!next.hidden.has(series.key)) lines.push({ series, index });
    }
    placeLayer(lines.length);
    const covered = layer.prepare(lines, next.shown);
    range = rangeAround(covered);
    scale = scaleFor(Math.max(Math.abs(covered?.min ?? 0), Math.abs(covered?.max ?? 0)), next.data.unit);
    plot.batch(() => {
      plot.setScale('x', { min: next.shown.from, max: next.shown.to });
      plot.setScale('y', range);
    });
    // The first time, and after a change of size, the axes take their room only now.
    if (placeLayer(lines.length)) layer.prepare(lines, next.shown);
    layer.paint(range, next.theme, next.highlighted);
    placeThresholds();
  }

  return {
    draw,
    mark(time) {
      isMarking = true;
      const left = time === undefined || model === undefined ? -10 : plot.valToPos(time, 'x');
      plot.setCursor({ left, top: left < 0 ? -10 : 1 }, false);
      isMarking = false;
    },
    timeAt: (clientX) => plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x'),
    plotWidth: () => plot.bbox.width / uPlot.pxRatio,
    resize(width, height) {
      if (width === plot.width && height === plot.height) return;
      plot.setSize({ width, height });
      if (model !== undefined) draw(model);
    },
    picture(title) {
      if (model === undefined) return undefined;
      const { unit, factor } = scale;
      return {
        title,
        unit,
        factor,
        shown: model.shown,
        range,
        zone: model.zone,
        // On white paper, whatever the screen is.
        lines: layer.columns().map(({ line, columns }) => ({
          label: line.series.label,
          look: lookAt(line.index, 'light'),
          columns: { lows: columns.lows.slice(), highs: columns.highs.slice() },
        })),
        thresholds: namedThresholds(model.thresholds),
      };
    },
    destroy: () => {
      plot.destroy();
    },
  };
}

type ThresholdName = (typeof thresholdNames)[number];
const thresholdNames = ['normal', 'caution', 'alert'] as const;

function namedThresholds(thresholds: Thresholds | undefined): { name: string; value: number }[] {
  return thresholds === undefined ? [] : thresholdNames.map((name) => ({ name, value: thresholds[name] }));
}

/** Asking for a colour makes the browser compute styles: once a theme, not once a frame. */
function readColours() {
  return {
    text: themeColor('--text-soft'),
    line: themeColor('--line'),
  };
}
