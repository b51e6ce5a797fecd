import {
  type Cluster,
  isMetricScope,
  type Job,
  type JobMetricWithName,
  type MetricConfig,
  type MetricScope,
  type Resource,
  type Series,
  type SubCluster,
  subClusterOf,
  type Topology,
} from '@moorline/cc-api';
import type { MetricStore } from './metric-store.js';
import type { Samples } from './samples.js';
import type { SeriesState } from './series-catalog.js';
import { aggregate, statisticsOf, toSlots } from './slots.js';
import { coarser, finerThan, isWithin, type Unit, unitsOf } from './units.js';

/** What a question about a job's metrics asks for. */
export interface JobMetricsRequest {
  job: Job;
  cluster: Cluster;
  /** Empty = all. */
  metrics: readonly string[];
  /** Empty = node. */
  scopes: readonly MetricScope[];
  /** Unix seconds: a running job's window ends there. */
  nowSeconds: number;
}

/**
 * The series of a job's nodes between its start and its stop. Each metric comes at the coarser of its native scope and the asked one,
 * once, and one without samples does not come.
 */
export async function readJobMetrics(store: MetricStore, request: JobMetricsRequest): Promise<JobMetricWithName[]> {
  const { job, cluster, metrics, scopes, nowSeconds } = request;
  const subCluster = cluster.subClusters.find((candidate) => candidate.name === job.subCluster);
  const wanted = (subCluster?.metricConfig ?? cluster.metricConfig).filter(
    (metric) => metrics.length === 0 || metrics.includes(metric.name),
  );
  const hosts = nodesOf(job).map((resource) => toHost(store, cluster, subCluster, resource));
  const plans = wanted.flatMap((metric) =>
    [...new Set((scopes.length === 0 ? (['node'] as const) : scopes).map((scope) => coarser(metric.scope, scope)))].map(
      (scope) => ({
        metric,
        scope,
        parts: hosts.flatMap((host) => planHost(host, metric, scope)),
      }),
    ),
  );

  const series = new Map(
    plans.flatMap(({ parts }) => parts.flatMap(({ members }) => members.map((state) => [state.id, state] as const))),
  );
  // A sample at the second of the stop is not the job's.
  const to = job.jobState === 'running' ? nowSeconds : job.startTime + job.duration - 1;
  const samples = await store.read([...series.values()], job.startTime, to);

  return plans.flatMap(({ metric, scope, parts }) => {
    const found = parts.flatMap((part) => toSeries(part, metric, samples));
    if (found.length === 0) return [];
    return [{ metric: { unit: metric.unit, series: found, timestep: metric.timestep }, name: metric.name, scope }];
  });
}

/** Its nodes; a null in the place of one is refused today, and passed over where it got in. */
function nodesOf({ resources }: Job): Resource[] {
  return (resources as (Resource | null)[]).filter((resource) => resource !== null);
}

/** One series of the answer, and the stored ones that it is made from. */
interface Part {
  host: string;
  unit: Unit;
  members: SeriesState[];
}

/** One node of the job, and what was ever measured there. */
interface Host {
  resource: Resource;
  topology: Topology;
  byMetric: ReadonlyMap<string, readonly SeriesState[]>;
}

function toHost(store: MetricStore, cluster: Cluster, subCluster: SubCluster | undefined, resource: Resource): Host {
  const byMetric = new Map<string, SeriesState[]>();
  for (const state of store.catalog.ofHost(cluster.name, resource.hostname)) {
    const known = byMetric.get(state.key.metric);
    if (known === undefined) byMetric.set(state.key.metric, [state]);
    else known.push(state);
  }
  const { topology } = subCluster ?? subClusterOf(cluster, resource.hostname) ?? { topology: noTopology };
  return { resource, topology, byMetric };
}

function planHost({ resource, topology, byMetric }: Host, metric: MetricConfig, scope: MetricScope): Part[] {
  const stored = byMetric.get(metric.name);
  if (stored === undefined) return [];
  return unitsOf(scope, resource, topology).flatMap((unit) => {
    const members = membersOf(unit, metric, stored, topology);
    return members.length === 0 ? [] : [{ host: resource.hostname, unit, members }];
  });
}

/**
 * The stored series that make up a part: the one that was measured for it as a whole, else those of its finest common parts. Of
 * a part that the job shares with others, what was measured for the whole is only taken where there is nothing finer.
 */
function membersOf(
  unit: Unit,
  metric: MetricConfig,
  stored: readonly SeriesState[],
  topology: Topology,
): SeriesState[] {
  const whole = devicesOrWhole(stored.filter(({ key }) => key.type === unit.scope && key.typeId === unit.id));
  if (whole.length > 0 && !unit.isPartial) return whole;
  const scopes = [metric.scope, ...finerThan(unit.scope)].filter((scope) => scope !== unit.scope);
  for (const scope of scopes) {
    const parts = stored.filter(
      ({ key }) => key.type === scope && isMetricScope(scope) && isWithin(unit, scope, key.typeId, topology),
    );
    const ids = new Set(parts.map(({ key }) => key.typeId));
    const members = [...ids].flatMap((id) => devicesOrWhole(parts.filter(({ key }) => key.typeId === id)));
    if (members.length > 0) return members;
  }
  return whole;
}

/** A part's own series, or those of its devices (file systems, networks) where only they are measured. */
function devicesOrWhole(ofPart: readonly SeriesState[]): SeriesState[] {
  const whole = ofPart.filter(({ key }) => key.subtype === '' && key.subtypeId === '');
  return whole.length > 0 ? whole : [...ofPart];
}

function toSeries(
  { host, unit, members }: Part,
  metric: MetricConfig,
  samples: ReadonlyMap<number, Samples>,
): Series[] {
  const parts = members.flatMap((state) => samples.get(state.id) ?? []);
  const [first] = parts;
  if (first === undefined) return [];
  const data =
    parts.length === 1
      ? toSlots(first, first.times[0] as number, metric.timestep)
      : aggregate(parts, metric.timestep, metric.aggregation);
  if (data.length === 0) return [];
  const id = idOf(unit, members);
  return [{ hostname: host, ...(id === undefined ? {} : { id }), statistics: statisticsOf(data), data }];
}

/** The part's; a whole node's series that was put together carries the id of its first part, as the original's does (cc-api docs/protocol.md §2.3). */
function idOf(unit: Unit, members: readonly SeriesState[]): string | undefined {
  if (unit.scope !== 'node') return unit.id;
  const ids = members.filter(({ key }) => key.type !== 'node').map(({ key }) => key.typeId);
  return ids.sort((a, b) => Number(a) - Number(b))[0];
}

const noTopology: Topology = { node: [], socket: [], memoryDomain: [], core: [] };
