import { type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { systemClock } from '@moorline/core';
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { formatTime } from '../format/time.js';
import { formatQuantity, scaleFor } from '../format/unit.js';
import { theme, timeZone } from '../ui/preferences.js';
import type { Chart, ChartModel } from './chart.js';
import type { TimeWindow } from './decimate.js';
import { ExportButtons } from './export-buttons.js';
import { Legend } from './legend.js';
import { nearestLine } from './nearest.js';
import { PlotCanvas } from './plot-canvas.js';
import type { PlotData } from './plot-series.js';
import { PlotTable } from './plot-table.js';
import { combine, statisticsOf } from './statistics.js';
import { summarise } from './summary.js';
import type { Thresholds } from './thresholds.js';
import type { ZoomGroup } from './zoom-group.js';
import './metric-plot.css';

/** Properties of {@link MetricPlot}. */
export interface MetricPlotProps {
  title: string;
  /** The data to draw for what is shown: `finest` of the view's ranges. */
  data: (shown: TimeWindow) => PlotData | undefined;
  /** How many lines there are, where not all of them are drawn. */
  lineCount?: number | undefined;
  thresholds?: Thresholds | undefined;
  group: ZoomGroup;
  /** Beside the title: the choice of a scope. */
  actions?: ComponentChildren;
  /** Plotting height with axes, CSS pixels. */
  height?: number;
}

/** Milliseconds that a zoom must stand still before the numbers beside the plot follow. */
const settleMs = 200;

/** A metric over time: the plot, what is under the pointer, its lines, its numbers, and ways to take it along. */
export function MetricPlot({ title, data, lineCount, thresholds, group, actions, height = 230 }: MetricPlotProps) {
  const hidden = useSignal<ReadonlySet<string>>(new Set());
  const highlighted = useSignal<string | undefined>(undefined);
  const pointed = useSignal<{ time: number; value: number } | undefined>(undefined);
  const settled = useSettled(group);
  const chart = useRef<Chart>();
  const properties = useSignal({ data, thresholds });
  properties.value = useMemo(() => ({ data, thresholds }), [data, thresholds]);

  const model = useComputed((): ChartModel | undefined => {
    const { shown } = group.zoom.value;
    const drawn = properties.value.data(shown);
    if (drawn === undefined) return undefined;
    return {
      data: drawn,
      shown,
      hidden: hidden.value,
      highlighted: highlighted.value,
      thresholds: properties.value.thresholds,
      theme: theme.value,
      zone: timeZone.value,
    };
  });

  const shown = settled.value;
  const drawn = data(shown);
  const lines = useMemo(() => drawn?.series.map((series) => statisticsOf(series, shown)) ?? [], [drawn, shown]);
  if (drawn === undefined) return null;
  const all = combine(lines.filter((_, index) => !hidden.value.has(drawn.series[index]?.key ?? '')));
  const { unit } = drawn;
  const scale = scaleFor(Math.max(Math.abs(all?.min ?? 0), Math.abs(all?.max ?? 0)), unit);
  const label = summarise({ title, unit, lines: drawn.series.length, shown, statistics: all, zone: timeZone.value });

  return (
    <figure class="plot">
      <figcaption class="plot-head">
        <h3 class="text">{title}</h3>
        <span class="plot-unit">{scale.unit}</span>
        <Readout pointed={pointed} model={model} />
        <span class="plot-actions">
          {actions}
          <ExportButtons title={title} data={drawn} picture={() => chart.current?.picture(title)} />
        </span>
      </figcaption>
      <PlotCanvas
        model={model}
        group={group}
        label={label}
        height={height}
        onPoint={(at) => {
          pointed.value = at;
        }}
        onChart={(created) => {
          chart.current = created;
        }}
      />
      {lineCount !== undefined && lineCount > drawn.series.length ? (
        <p class="plot-hint">
          {`${drawn.series.length} of ${lineCount} lines: those with the lowest and the highest averages.`}
        </p>
      ) : null}
      <Legend data={drawn} statistics={lines} scale={scale} hidden={hidden} highlighted={highlighted} />
      <PlotTable data={drawn} shown={shown} scale={scale} />
    </figure>
  );
}

/** The value under the pointer. A component of its own, so that a moving pointer renders these few words and nothing else. */
function Readout({
  pointed,
  model,
}: {
  pointed: Signal<{ time: number; value: number } | undefined>;
  model: ReadonlySignal<ChartModel | undefined>;
}) {
  const at = pointed.value;
  const shown = model.value;
  const nearest = at === undefined || shown === undefined ? undefined : nearestLine(shown.data, shown.hidden, at);
  if (nearest === undefined || shown === undefined) return <span class="plot-readout" />;
  return (
    <span class="plot-readout number">
      <span class="text">{nearest.series.label}</span>: <b>{formatQuantity(nearest.value, shown.data.unit)}</b>{' '}
      {formatTime(nearest.time, timeZone.value)}
    </span>
  );
}

/** What is shown, once the zoom stands still: numbers and tables need not follow each frame. */
function useSettled(group: ZoomGroup): Signal<TimeWindow> {
  const settled = useSignal(group.zoom.peek().shown);
  useSignalEffect(() => {
    const { shown } = group.zoom.value;
    if (settled.peek() === shown) return undefined;
    const timer = systemClock.setTimer(settleMs, () => {
      settled.value = shown;
    });
    return () => {
      timer.cancel();
    };
  });
  return settled;
}
