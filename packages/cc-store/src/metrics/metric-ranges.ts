import {
  type Cluster,
  type Job,
  type JobMetricWithName,
  type MetricConfig,
  type MetricScope,
  type Resource,
  type SubCluster,
  subClusterOf,
  type Unit,
} from '@moorline/cc-api';
import type { ArchiveReader } from '../archive/archive-reader.js';
import { selectMetrics } from '../archive/select-metrics.js';
import { hostOf, type Part, partsOf } from './host-parts.js';
import { nodesOf } from './job-metrics.js';
import type { MetricStore } from './metric-store.js';
import { type RangeSeries, rollupsOfPart, samplesOfPart, stepsOf, stepsOfPart } from './range-series.js';
import { rollupSteps } from './roll-up.js';
import type { SeriesState } from './series-state.js';
import { statisticsOf } from './slots.js';
import { coarser } from './units.js';

/** What was measured of one metric at one scope in a range of time. */
export interface MetricRange {
  metric: string;
  /** The asked one, or the metric's own where that is coarser. */
  scope: MetricScope;
  unit: Unit;
  /** Seconds between two samples. */
  timestep: number;
  series: RangeSeries[];
}

/** Which series are wanted, and how fine. */
export interface RangeQuery {
  /** Empty = all that the cluster measures. */
  metrics: readonly string[];
  /** Empty = node. */
  scopes: readonly MetricScope[];
  /** Values of a series at most, ≥ 1: of more samples averages are answered. */
  points: number;
}

/** Samples of nodes and jobs in any range of time, as fine as a plot can show. Metrics without samples do not come. */
export interface MetricRanges {
  /** @param query with Unix seconds, both ends included. @returns undefined where the cluster has no such node. */
  ofNode(
    cluster: string,
    host: string,
    query: RangeQuery & { from: number; to: number },
  ): Promise<MetricRange[] | undefined>;
  /** @param query as {@link ofNode}'s; without bounds it is the job's whole time. Of an archived job what its archive has. */
  ofJob(job: Job, query: RangeQuery & { from?: number | undefined; to?: number | undefined }): Promise<MetricRange[]>;
}

export interface MetricRangesParts {
  store: MetricStore;
  archive: ArchiveReader;
  findCluster: (name: string) => Cluster | undefined;
  /** Catches up with what other servers wrote. */
  catchUp: () => Promise<void>;
  /** Unix seconds for a metric of a cluster: of what is earlier the samples may be forgotten. */
  samplesSince: (cluster: string, metric: string) => number;
  nowSeconds: () => number;
}

export function createMetricRanges(parts: MetricRangesParts): MetricRanges {
  const { store, archive, findCluster, catchUp, samplesSince, nowSeconds } = parts;

  const read = async (
    cluster: Cluster,
    subCluster: SubCluster | undefined,
    resources: readonly Resource[],
    { metrics, scopes, from, to, points }: RangeQuery & Span,
  ): Promise<MetricRange[]> => {
    const hosts = resources.map((resource) => hostOf(store.catalog, cluster, subCluster, resource));
    const wanted = (subCluster?.metricConfig ?? cluster.metricConfig).filter(
      ({ name }) => metrics.length === 0 || metrics.includes(name),
    );
    const plans: Plan[] = wanted.flatMap((metric) =>
      scopesOf(metric, scopes).map((scope) => ({
        metric,
        scope,
        parts: hosts.flatMap((host) => partsOf(host, metric, scope)),
        ...stepFor(metric.timestep, { from, to }, points, from < samplesSince(cluster.name, metric.name)),
      })),
    );
    const found = new Map<Plan, RangeSeries[]>();
    const fine = plans.filter(({ base }) => base === undefined);
    const samples = await store.read(membersOfAll(fine), from, to);
    for (const plan of fine) {
      const { metric, step } = plan;
      const seriesOf = (part: Part) =>
        step === undefined ? samplesOfPart(part, metric, samples) : stepsOfPart(part, metric, step, samples);
      found.set(plan, plan.parts.flatMap(seriesOf));
    }
    for (const base of rollupSteps) {
      const rolled = plans.filter((plan) => plan.base === base);
      if (rolled.length === 0) continue;
      const buckets = await store.readBuckets(membersOfAll(rolled), base, from, to);
      for (const plan of rolled) {
        const steps = { base, step: plan.step ?? base };
        found.set(
          plan,
          plan.parts.flatMap((part) => rollupsOfPart(part, plan.metric, steps, buckets)),
        );
      }
    }
    return plans.flatMap((plan) => {
      const { metric, scope } = plan;
      const series = found.get(plan) ?? [];
      if (series.length === 0) return [];
      return [{ metric: metric.name, scope, unit: metric.unit, timestep: metric.timestep, series }];
    });
  };

  return {
    async ofNode(clusterName, host, query) {
      await catchUp();
      const cluster = findCluster(clusterName);
      const subCluster = cluster && subClusterOf(cluster, host);
      if (cluster === undefined || subCluster === undefined) return undefined;
      return read(cluster, subCluster, [{ hostname: host }], query);
    },
    async ofJob(job, query) {
      const end = job.jobState === 'running' ? nowSeconds() : job.startTime + job.duration - 1;
      const from = Math.max(query.from ?? job.startTime, job.startTime);
      // A sample at the second of the stop is not the job's.
      const to = Math.min(query.to ?? end, end);
      const archived = await archive.metricsOf(job);
      if (archived !== undefined) return fromArchive(job.startTime, archived, { ...query, from, to });
      await catchUp();
      const cluster = findCluster(job.cluster);
      if (cluster === undefined) return [];
      const subCluster = cluster.subClusters.find(({ name }) => name === job.subCluster);
      return read(cluster, subCluster, nodesOf(job), { ...query, from, to });
    },
  };
}

interface Span {
  /** Unix seconds, both ends included. */
  from: number;
  to: number;
}

/** One metric at one scope, of all nodes. */
interface Plan {
  metric: MetricConfig;
  scope: MetricScope;
  parts: Part[];
  /** Seconds; undefined = the samples as they are. */
  step: number | undefined;
  /** Steps of the roll-ups that they are put together of; undefined = of the samples. */
  base: number | undefined;
}

/** Each scope once, and none that is finer than what is measured. */
function scopesOf(metric: MetricConfig, scopes: readonly MetricScope[]): MetricScope[] {
  const asked = scopes.length === 0 ? (['node'] as const) : scopes;
  return [...new Set(asked.map((scope) => coarser(metric.scope, scope)))];
}

/**
 * The finest steps with few enough values: of the samples up to five minutes, beyond that of the roll-ups; of these in any case where
 * samples may be forgotten.
 */
function stepFor(
  timestep: number,
  { from, to }: Span,
  points: number,
  isDoubtful: boolean,
): Pick<Plan, 'step' | 'base'> {
  const seconds = to - from + 1;
  if (!isDoubtful && seconds / timestep <= points) return { step: undefined, base: undefined };
  // One more than fit may be needed where the range begins and ends in the middle of a step.
  const least = seconds / Math.max(1, points - 1);
  const ofSamples = Math.ceil(least / timestep) * timestep;
  const bases = rollupSteps.filter((base) => base > timestep);
  const [finest] = bases;
  if (finest === undefined || (!isDoubtful && ofSamples < finest)) return { step: ofSamples, base: undefined };
  const base = bases.filter((one) => one <= least).at(-1) ?? finest;
  return { step: Math.max(1, Math.ceil(least / base)) * base, base };
}

function membersOfAll(plans: readonly Plan[]): SeriesState[] {
  return [...new Set(plans.flatMap(({ parts }) => parts.flatMap(({ members }) => members)))];
}

/** An archive's series begin with the job, in steps of the metric. */
function fromArchive(
  start: number,
  archived: readonly JobMetricWithName[],
  { metrics, scopes, from, to, points }: RangeQuery & Span,
): MetricRange[] {
  const selected = selectMetrics(archived, metrics, scopes.length === 0 ? ['node'] : scopes);
  return selected.flatMap(({ name, scope, metric: { unit, timestep, series } }) => {
    const first = Math.max(0, Math.ceil((from - start) / timestep));
    const end = Math.floor((to - start) / timestep) + 1;
    const found = series.flatMap(({ hostname: host, id, data }): RangeSeries[] => {
      const values = data.slice(first, Math.max(first, end));
      if (values.every((value) => value === null)) return [];
      const named = scope === 'node' || id === undefined ? { host } : { host, id };
      const begin = start + first * timestep;
      if (values.length <= points)
        return [{ ...named, from: begin, step: timestep, values, statistics: statisticsOf(values) }];
      const step = Math.ceil(values.length / Math.max(1, points - 1)) * timestep;
      return [stepsOf(named, { start: begin, timestep, data: values }, step)];
    });
    return found.length === 0 ? [] : [{ metric: name, scope, unit, timestep, series: found }];
  });
}
