import type { JobMetricWithName, Series, StatsSeries } from '@moorline/cc-api';

/** Metrics of many series with what these come to (cc-api docs/protocol.md §2.6); one that an imported job brought stays. */
export function withSummaries(metrics: readonly JobMetricWithName[]): JobMetricWithName[] {
  return metrics.map((one) => {
    const { series, statisticsSeries } = one.metric;
    if (series.length < fewestSeries || statisticsSeries !== undefined) return one;
    return { ...one, metric: { ...one.metric, statisticsSeries: summaryOf(series) } };
  });
}

const fewestSeries = 8;
/** Of fewer values a slot's summary would say more than there is. */
const fewestValues = 3;

function summaryOf(series: readonly Series[]): StatsSeries {
  const length = series.reduce((longest, { data }) => Math.max(longest, data.length), 0);
  const median: (number | null)[] = [];
  const min: (number | null)[] = [];
  const max: (number | null)[] = [];
  for (let slot = 0; slot < length; slot++) {
    const values = series.flatMap(({ data }) => data[slot] ?? []).sort((a, b) => a - b);
    const isEnough = values.length >= fewestValues;
    median.push(isEnough ? medianOf(values) : null);
    min.push(isEnough ? (values[0] as number) : null);
    max.push(isEnough ? (values.at(-1) as number) : null);
  }
  return { mean: null, median, min, max };
}

/** @param values in order, at least one. */
function medianOf(values: readonly number[]): number {
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}
