import type { MetricScope, Unit } from '@moorline/control-api';

/** One line of an answer, as `@moorline/control-api` gives it: samples at a steady step, or buckets of them. */
export interface RangeSeries {
  host: string;
  /** Of the socket, core or accelerator; absent for a node. */
  id?: string | undefined;
  /** Of the first value; Unix seconds. */
  from: number;
  /** Seconds between values, > 0. */
  step: number;
  /** Samples, or the averages of buckets; null where nothing was measured. */
  values: readonly (number | null)[];
  /** The smallest sample of each bucket; only where the values are buckets. */
  min?: readonly (number | null)[] | undefined;
  /** The largest sample of each bucket. */
  max?: readonly (number | null)[] | undefined;
}

/** The series of one metric at one scope. */
export interface PlotData {
  metric: string;
  scope: MetricScope;
  unit: Unit;
  series: readonly PlotSeries[];
}

/** One line of a plot, on typed arrays: what is drawn sixty times a second holds no objects and no nulls. */
export interface PlotSeries {
  /** Names the line among the lines of its plot, whatever their order: host and id. */
  readonly key: string;
  /** Names the line for people. */
  readonly label: string;
  readonly host: string;
  readonly id: string | undefined;
  /** Unix seconds of the first value. */
  readonly from: number;
  /** Seconds. */
  readonly step: number;
  /** NaN where nothing was measured. */
  readonly values: Float64Array;
  /** Lower edge of the line: the smallest sample of each bucket, else the values themselves. */
  readonly lows: Float64Array;
  /** Upper edge of the line. */
  readonly highs: Float64Array;
  /** The values stand for several samples each: the server has finer ones. */
  readonly isBucketed: boolean;
}

/** Takes over what the server answered. */
export function toPlotData(range: {
  metric: string;
  scope: MetricScope;
  unit: Unit;
  series: readonly RangeSeries[];
}): PlotData {
  const { metric, scope, unit } = range;
  return { metric, scope, unit, series: range.series.map((series) => toPlotSeries(series, scope)) };
}

export function toPlotSeries(series: RangeSeries, scope: MetricScope): PlotSeries {
  const { host, id, from, step } = series;
  const values = toNumbers(series.values);
  const isBucketed = series.min !== undefined && series.max !== undefined;
  return {
    key: keyOf(host, id),
    label: labelOf(host, id, scope),
    host,
    id,
    from,
    step,
    values,
    lows: series.min === undefined ? values : toNumbers(series.min),
    highs: series.max === undefined ? values : toNumbers(series.max),
    isBucketed,
  };
}

/** When the last value of any series was measured; undefined where there is none. */
export function lastTime(data: PlotData): number | undefined {
  let last: number | undefined;
  for (const { from, step, values } of data.series) {
    let index = values.length - 1;
    while (index >= 0 && Number.isNaN(values[index])) index--;
    if (index >= 0) last = Math.max(last ?? -Infinity, from + index * step);
  }
  return last;
}

/** The index of the value that stands nearest to a moment; undefined outside of the series. */
export function indexAt({ from, step, values }: PlotSeries, time: number): number | undefined {
  const index = Math.floor((time - from) / step + 0.5);
  return index >= 0 && index < values.length ? index : undefined;
}

/** A NUL cannot be part of a host name, so two different pairs never share a key. */
function keyOf(host: string, id: string | undefined): string {
  return id === undefined ? host : `${host}\0${id}`;
}

function labelOf(host: string, id: string | undefined, scope: MetricScope): string {
  return id === undefined || scope === 'node' ? host : `${host} ${scopeNames[scope]} ${id}`;
}

/** Scopes as a label calls one of them. */
export const scopeNames: Readonly<Record<MetricScope, string>> = {
  node: 'node',
  socket: 'socket',
  memoryDomain: 'memory domain',
  core: 'core',
  hwthread: 'thread',
  accelerator: 'accelerator',
};

function toNumbers(values: readonly (number | null)[]): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) numbers[index] = values[index] ?? Number.NaN;
  return numbers;
}
