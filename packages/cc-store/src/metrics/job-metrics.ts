import type { Cluster, Job, JobMetricWithName, MetricConfig, MetricScope, Resource, Series } from '@moorline/cc-api';
import type { Buckets } from './buckets.js';
import { hostOf, type Part, partsOf } from './host-parts.js';
import { rolledSeries, seriesOf } from './job-series.js';
import type { MetricStore } from './metric-store.js';
import { rollupSteps } from './roll-up.js';
import type { Samples } from './samples.js';
import type { SeriesState } from './series-state.js';
import { coarser } from './units.js';

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
  /** Points of one series, ≥ 1, beyond which longer steps are answered where there are such. */
  maxPoints: number;
  /** Unix seconds for a metric of the cluster: of what is earlier the samples may be forgotten, and only their roll-ups be left. */
  samplesSince: (metric: string) => number;
}

/**
 * The series of a job's nodes between its start and its stop. Each metric comes at the coarser of its native scope and the asked one,
 * once, and one without samples does not come. A metric whose series would have too many points, or some of whose samples are forgotten,
 * comes from the roll-ups: in their step, as averages (docs/design.md §4.8).
 */
export async function readJobMetrics(store: MetricStore, request: JobMetricsRequest): Promise<JobMetricWithName[]> {
  const { job, cluster, metrics, scopes, nowSeconds, maxPoints, samplesSince } = request;
  const subCluster = cluster.subClusters.find((candidate) => candidate.name === job.subCluster);
  const wanted = (subCluster?.metricConfig ?? cluster.metricConfig).filter(
    (metric) => metrics.length === 0 || metrics.includes(metric.name),
  );
  const hosts = nodesOf(job).map((resource) => hostOf(store.catalog, cluster, subCluster, resource));
  const plans: Plan[] = wanted.flatMap((metric) =>
    [...new Set((scopes.length === 0 ? (['node'] as const) : scopes).map((scope) => coarser(metric.scope, scope)))].map(
      (scope) => ({
        metric,
        scope,
        parts: hosts.flatMap((host) => partsOf(host, metric, scope)),
      }),
    ),
  );

  const from = job.startTime;
  // A sample at the second of the stop is not the job's.
  const to = job.jobState === 'running' ? nowSeconds : from + job.duration - 1;
  const longStep = ({ metric }: Plan): number | undefined => stepFor(metric.timestep, to - from, maxPoints);
  const short = plans.filter((plan) => longStep(plan) === undefined);
  const samples = await store.read(membersOfAll(short), from, to);
  const answers = new Map<Plan, { timestep: number; series: Series[] }>();
  for (const plan of short) {
    const { metric, parts } = plan;
    answers.set(plan, { timestep: metric.timestep, series: parts.flatMap((part) => seriesOf(part, metric, samples)) });
  }
  const doubtful = short.filter(({ metric }) => from < samplesSince(metric.name));
  for (const step of rollupSteps) {
    const long = plans.filter((plan) => longStep(plan) === step);
    const next = doubtful.filter(({ metric }) => step === rollupSteps.find((rolled) => rolled > metric.timestep));
    if (long.length + next.length === 0) continue;
    const buckets = await store.readBuckets(membersOfAll([...long, ...next]), step, from, to);
    for (const plan of [...long, ...next.filter((plan) => isForgotten(plan, samples, buckets))]) {
      const series = plan.parts.flatMap((part) => rolledSeries(part, plan.metric, step, buckets));
      answers.set(plan, { timestep: step, series });
    }
  }
  return plans.flatMap((plan) => {
    const { timestep, series = [] } = answers.get(plan) ?? { timestep: plan.metric.timestep };
    if (series.length === 0) return [];
    return [{ metric: { unit: plan.metric.unit, series, timestep }, name: plan.metric.name, scope: plan.scope }];
  });
}

/** One metric at one scope, of all nodes. */
interface Plan {
  metric: MetricConfig;
  scope: MetricScope;
  parts: Part[];
}

function membersOfAll(plans: readonly Plan[]): SeriesState[] {
  return [...new Set(plans.flatMap(({ parts }) => parts.flatMap(({ members }) => members)))];
}

/** The finest step of the roll-ups with few enough points, else the coarsest; undefined = the samples themselves are few enough. */
function stepFor(timestep: number, seconds: number, maxPoints: number): number | undefined {
  if (seconds / timestep <= maxPoints) return undefined;
  const longer = rollupSteps.filter((step) => step > timestep);
  return longer.find((step) => seconds / step <= maxPoints) ?? longer.at(-1);
}

/** Whether more samples were rolled up than are left. */
function isForgotten(
  { parts }: Plan,
  samples: ReadonlyMap<number, Samples>,
  buckets: ReadonlyMap<number, Buckets>,
): boolean {
  return parts.some(({ members }) =>
    members.some(({ id }) => {
      const rolledUp = (buckets.get(id)?.count ?? []).reduce((sum, count) => sum + count, 0);
      return rolledUp > (samples.get(id)?.times.length ?? 0);
    }),
  );
}

/** A job's nodes; a null in the place of one is refused today, and passed over where it got in. */
export function nodesOf({ resources }: Job): Resource[] {
  return (resources as (Resource | null)[]).filter((resource) => resource !== null);
}
