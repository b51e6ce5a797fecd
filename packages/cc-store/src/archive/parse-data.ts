import { isMetricScope, type JobMetricWithName, type Series, type StatsSeries } from '@moorline/cc-api';
import { aNumber, Fields, fault } from './fields.js';
import { parseUnit } from './parse-meta.js';

/**
 * Reads a `data.json`: metric → scope → series.
 *
 * @throws StoreError `import_invalid`, with the member's name.
 */
export function parseData(value: unknown): JobMetricWithName[] {
  const byMetric = new Fields(value, 'data.json').entries((scopes, at) => new Fields(scopes, at).entries(parseMetric));
  return Object.entries(byMetric).flatMap(([name, byScope]) =>
    Object.entries(byScope).map(([scope, metric]) => {
      if (!isMetricScope(scope)) throw fault(`data.json: ${name}.${scope}`, 'is no scope');
      return { name, scope, metric };
    }),
  );
}

function parseMetric(value: unknown, path: string): JobMetricWithName['metric'] {
  const fields = new Fields(value, path);
  return {
    ...(fields.has('statisticsSeries') ? { statisticsSeries: parseSummary(fields.object('statisticsSeries')) } : {}),
    unit: parseUnit(fields),
    series: fields.list('series', parseSeries),
    timestep: fields.integer('timestep', 1),
  };
}

function parseSeries(value: unknown, path: string): Series {
  const fields = new Fields(value, path);
  const statistics = fields.has('statistics') ? fields.object('statistics') : new Fields({}, path);
  return {
    hostname: fields.text('hostname'),
    ...(fields.has('id') ? { id: fields.text('id') } : {}),
    statistics: { min: statistics.number('min'), avg: statistics.number('avg'), max: statistics.number('max') },
    data: fields.list('data', aValue),
  };
}

function parseSummary(fields: Fields): StatsSeries {
  const values = (name: string) => (fields.has(name) ? fields.list(name, aValue) : null);
  const percentiles = fields.map('percentiles', (list, path) => {
    if (!Array.isArray(list)) throw fault(path, 'must be a list');
    return list.map(aValue);
  });
  return {
    ...(percentiles === undefined ? {} : { percentiles }),
    mean: values('mean'),
    median: values('median'),
    min: values('min'),
    max: values('max'),
  };
}

function aValue(value: unknown, path: string | number): number | null {
  return value === null ? null : aNumber(value, String(path));
}
