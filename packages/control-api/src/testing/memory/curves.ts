import type { FilledMetricQuery } from '../../server/backend.js';
import type { Job, MetricRange, MetricScope, MetricSeries, Topology } from '../../wire/models.js';
import { metricScopes } from '../../wire/vocabulary.js';
import { chance } from './chance.js';
import type { Place, ShapedMetric } from './clusters.js';

/** How busy a node is at a Unix second, 0 to 1. */
export type Load = (host: string, time: number) => number;

/** Busy while a job runs: up within minutes, then in waves of its own. */
export function loadOf(jobs: readonly Job[], seed: number): Load {
  const byHost = new Map<string, Job[]>();
  for (const job of jobs) {
    for (const { hostname } of job.resources) byHost.set(hostname, [...(byHost.get(hostname) ?? []), job]);
  }
  return (host, time) => {
    const job = byHost.get(host)?.find((one) => time >= one.startTime && time < one.startTime + one.duration);
    if (job === undefined) return 0;
    const at = `${job.cluster}/${job.id}`;
    const since = time - job.startTime;
    const wave = Math.sin((since / 60) * (0.05 + 0.2 * chance(seed, `${at}/wave`)) + chance(seed, host) * 6);
    const level = 0.25 + 0.75 * chance(seed, `${at}/intensity`);
    return Math.min(1, since / 180) * level * (0.88 + 0.12 * wave);
  };
}

/** What was measured on some hosts between two Unix seconds. */
export function measure(
  { cluster, metrics }: Place,
  hosts: readonly string[],
  query: FilledMetricQuery & { from: number; to: number },
  load: Load,
  seed: number,
): MetricRange[] {
  const topology = cluster.subClusters[0]?.topology;
  const wanted = metrics.filter(({ name }) => query.metrics.length === 0 || query.metrics.includes(name));
  return wanted.flatMap((metric) => {
    const scopes = new Set(query.scopes.map((scope) => coarser(scope, metric.scope)));
    return [...scopes].map((scope): MetricRange => {
      const ids = idsOf(scope, topology);
      const series = hosts.flatMap((host) =>
        ids.map((id) =>
          seriesOf(host, id, query, metric, (time) => valueAt(metric, host, id, ids.length, time, load, seed)),
        ),
      );
      return { metric: metric.name, scope, unit: metric.unit, timestep: metric.timestep, series };
    });
  });
}

/** One value, in the unit of the metric. */
export function valueAt(
  metric: ShapedMetric,
  host: string,
  id: string | undefined,
  parts: number,
  time: number,
  load: Load,
  seed: number,
): number {
  const whole = metric.idle + (metric.busy - metric.idle) * load(host, time);
  const noise =
    1 +
    0.06 * (chance(seed, `${metric.name}/${host}/${id}/${time}`) - 0.5) +
    0.1 * (chance(seed, `${host}/${id}`) - 0.5);
  const share = metric.aggregation === 'sum' && id !== undefined ? parts : 1;
  const top = metric.peak / share;
  return Math.round(Math.min(top, (whole / share) * noise) * 1000) / 1000;
}

/** What a metric can be had at: never finer than it is measured. */
function coarser(scope: MetricScope, native: MetricScope): MetricScope {
  if (native === 'accelerator' || scope === 'accelerator')
    return native === scope ? scope : native === 'accelerator' ? 'node' : native;
  return metricScopes.indexOf(scope) <= metricScopes.indexOf(native) ? scope : native;
}

function idsOf(scope: MetricScope, topology: Topology | undefined): (string | undefined)[] {
  const count = (list: readonly unknown[] | undefined): string[] => (list ?? []).map((_, index) => String(index));
  switch (scope) {
    case 'node':
      return [undefined];
    case 'socket':
      return count(topology?.socket);
    case 'memoryDomain':
      return count(topology?.memoryDomain);
    case 'core':
      return count(topology?.core);
    case 'hwthread':
      return (topology?.node ?? []).map(String);
    case 'accelerator':
      return (topology?.accelerators ?? []).map((one) => one.id);
  }
}

function seriesOf(
  host: string,
  id: string | undefined,
  { from, to, points }: { from: number; to: number; points: number },
  { timestep }: ShapedMetric,
  at: (time: number) => number,
): MetricSeries {
  const first = Math.ceil(from / timestep) * timestep;
  const count = Math.max(0, Math.floor((to - first) / timestep) + 1);
  const samples = Array.from({ length: count }, (_, index) => at(first + index * timestep));
  const width = Math.ceil(count / points);
  const place = { host, ...(id === undefined ? {} : { id }), from: first, step: timestep * Math.max(1, width) };
  const statistics = count === 0 ? {} : { statistics: { min: least(samples), avg: mean(samples), max: most(samples) } };
  if (width <= 1) return { ...place, values: samples, ...statistics };
  const buckets = Array.from({ length: Math.ceil(count / width) }, (_, index) =>
    samples.slice(index * width, (index + 1) * width),
  );
  return { ...place, values: buckets.map(mean), min: buckets.map(least), max: buckets.map(most), ...statistics };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const least = (values: readonly number[]): number => values.reduce((one, other) => Math.min(one, other));
const most = (values: readonly number[]): number => values.reduce((one, other) => Math.max(one, other));
