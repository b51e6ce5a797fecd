import type { Unit } from '@moorline/control-api';
import { unitText } from '../../format/unit.js';
import type { PlotData, PlotSeries } from '../plot-series.js';
import { mergedTimes, valueAt } from '../table-rows.js';

/** All values of a plot, one line a moment and one column a series, in the metric's unit and in UTC. */
export function plotCsv(data: PlotData): string {
  const head = ['time', 'unix_seconds', ...data.series.map((series) => heading(series, data.unit))];
  const lines = [head.map(cell).join(',')];
  for (const time of mergedTimes(data.series)) {
    const values = data.series.map((series) => valueText(series, time));
    lines.push([new Date(time * 1000).toISOString(), String(time), ...values].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * A cell of a CSV file: quoted where needed. What a spreadsheet would take for a formula gets an apostrophe before it, since
 * host names come from whoever runs a host.
 */
export function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function heading({ label }: PlotSeries, unit: Unit): string {
  const text = unitText(unit);
  return text === '' ? label : `${label} [${text}]`;
}

function valueText(series: PlotSeries, time: number): string {
  const value = valueAt(series, time);
  return Number.isNaN(value) ? '' : String(value);
}
