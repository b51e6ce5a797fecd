import type { Unit } from '@moorline/control-api';
import type { PlotData } from '../../plots/plot-series.js';
import { statisticsOf } from '../../plots/statistics.js';
import type { Sorting } from '../../ui/table/column.js';

/** One metric on one node over the whole job. */
export interface StatisticsRow {
  metric: string;
  host: string;
  unit: Unit;
  min: number;
  avg: number;
  max: number;
}

/** A row for each metric and node that has a sample. */
export function statisticsRows(all: readonly (PlotData | undefined)[]): StatisticsRow[] {
  return all.flatMap((data) =>
    (data?.series ?? []).flatMap((series) => {
      const statistics = statisticsOf(series, { from: -Infinity, to: Infinity });
      if (data === undefined || statistics === undefined) return [];
      const { min, avg, max } = statistics;
      return [{ metric: data.metric, host: series.host, unit: data.unit, min, avg, max }];
    }),
  );
}

/** Numbers of different units do not compare, so within each metric; names as people count: n2 before n10. */
export function sortRows(rows: readonly StatisticsRow[], { by, order }: Sorting): StatisticsRow[] {
  const sign = order === 'asc' ? 1 : -1;
  const byText = (a: string, b: string) => names.compare(a, b);
  return [...rows].sort((a, b) => {
    switch (by) {
      case 'min':
      case 'avg':
      case 'max':
        return byText(a.metric, b.metric) || sign * (a[by] - b[by]);
      case 'host':
        return sign * byText(a.host, b.host) || byText(a.metric, b.metric);
      default:
        return sign * byText(a.metric, b.metric) || byText(a.host, b.host);
    }
  });
}

const names = new Intl.Collator('en', { numeric: true });
