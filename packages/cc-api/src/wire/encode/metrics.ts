import { goJsonMap, goJsonString, twoDecimals } from '../go-json/encode.js';
import type { JobData, JobMetric, JobMetricWithName, Series, StatsSeries } from '../models/job-metrics.js';

/** The `Data` of `POST /api/jobs/{id}`. */
export function encodeSeriesList(metrics: readonly JobMetricWithName[]): string {
  const encoded = metrics.map(
    ({ name, scope, metric }) =>
      `{"metric":${encodeMetric(metric)},"name":${goJsonString(name)},"scope":${goJsonString(scope)}}`,
  );
  return `[${encoded.join(',')}]`;
}

/** The `Data` of `GET /api/jobs/{id}`. */
export function encodeJobData(data: JobData): string {
  return goJsonMap(data, (scopes) =>
    goJsonMap(scopes, (metric) => (metric === undefined ? 'null' : encodeMetric(metric))),
  );
}

/** `GET /api/jobs/metrics/{id}`, whose entries begin with the name. */
export function encodeJobMetrics(metrics: readonly JobMetricWithName[]): string {
  const encoded = metrics.map(
    ({ name, scope, metric }) =>
      `{"name":${goJsonString(name)},"scope":${goJsonString(scope)},"metric":${encodeMetric(metric)}}`,
  );
  return `[${encoded.join(',')}]`;
}

/** Regroups what `POST /api/jobs/{id}` lists as what `GET` maps. */
export function toJobData(metrics: readonly JobMetricWithName[]): JobData {
  const data = new Map<string, JobData[string]>();
  for (const { name, scope, metric } of metrics) data.set(name, { ...data.get(name), [scope]: metric });
  return Object.fromEntries(data);
}

function encodeMetric({ statisticsSeries, unit, series, timestep }: JobMetric): string {
  const summary = statisticsSeries === undefined ? '' : `"statisticsSeries":${encodeSummary(statisticsSeries)},`;
  const prefix = unit.prefix === undefined || unit.prefix === '' ? '' : `,"prefix":${goJsonString(unit.prefix)}`;
  const lines = series.map(encodeSeries).join(',');
  return `{${summary}"unit":{"base":${goJsonString(unit.base)}${prefix}},"series":[${lines}],"timestep":${timestep}}`;
}

function encodeSeries({ hostname, id, statistics: { min, avg, max }, data }: Series): string {
  const named = `"hostname":${goJsonString(hostname)}${id === undefined ? '' : `,"id":${goJsonString(id)}`}`;
  const statistics = `{"min":${twoDecimals(min)},"avg":${twoDecimals(avg)},"max":${twoDecimals(max)}}`;
  return `{${named},"statistics":${statistics},"data":${encodeValues(data)}}`;
}

function encodeSummary({ percentiles, mean, median, min, max }: StatsSeries): string {
  const steps = percentiles === undefined ? '' : `"percentiles":${goJsonMap(percentiles, encodeValues)},`;
  return `{${steps}"mean":${encodeValues(mean)},"median":${encodeValues(median)},"min":${encodeValues(min)},"max":${encodeValues(max)}}`;
}

function encodeValues(values: readonly (number | null)[] | null): string {
  return values === null ? 'null' : `[${values.map(twoDecimals).join(',')}]`;
}
