import type { MetricSample } from '../server/backend.js';
import type { MetricTree } from '../server/backend/administration.js';
import type { Cluster, MetricConfig, Topology } from '../wire/models/cluster.js';
import type { JobMetric, JobMetricWithName, Series } from '../wire/models/job-metrics.js';
import type { Job } from '../wire/models/job.js';
import { type MetricScope, metricScopes } from '../wire/models/vocabulary.js';
import { isBelow, pathOf, stretchesOf, treeOf } from './metric-stretches.js';

/** Values by the number of their timestep since 1970. */
type Slots = Map<number, number>;

/** Samples in memory, and the series made from them (docs/protocol.md §3.7). */
export class InMemoryMetrics {
  /** Everything written, in order. */
  readonly samples: MetricSample[] = [];
  readonly #timesteps = new Map<string, number>();
  /** Every level of the tree that was ever written to, as JSON. */
  readonly #levels = new Set<string>(['[]']);

  constructor(clusters: readonly Cluster[]) {
    for (const { name, timestep } of clusters.flatMap(({ metricConfig }) => metricConfig)) {
      this.#timesteps.set(name, Math.max(timestep, this.#timesteps.get(name) ?? 0));
    }
  }

  write(samples: readonly MetricSample[]): void {
    for (const sample of samples) {
      this.samples.push(sample);
      const path = pathOf(sample);
      for (const depth of path.keys()) this.#levels.add(JSON.stringify(path.slice(0, depth + 1)));
    }
  }

  /** Forgets the series that end before a time. @returns how many. */
  free(levels: readonly (readonly string[])[], before: number): number {
    const gone = this.#stretches().filter(
      ({ path, end }) => end < before && levels.some((level) => isBelow(path, level)),
    );
    const dropped = new Set(gone.flatMap(({ of }) => of));
    const kept = this.samples.filter((sample) => !dropped.has(sample));
    this.samples.length = 0;
    for (const sample of kept) this.samples.push(sample);
    return gone.length;
  }

  tree(level: readonly string[]): MetricTree | undefined {
    return this.#levels.has(JSON.stringify(level)) ? treeOf(this.#stretches(), level) : undefined;
  }

  #stretches() {
    return stretchesOf(this.samples, (metric) => this.#timesteps.get(metric) ?? 1);
  }

  series(
    job: Job,
    cluster: Cluster,
    names: readonly string[],
    asked: readonly MetricScope[],
    now: number,
  ): JobMetricWithName[] {
    const subCluster = cluster.subClusters.find(({ name }) => name === job.subCluster);
    const configs = (subCluster?.metricConfig ?? cluster.metricConfig).filter(
      ({ name }) => names.length === 0 || names.includes(name),
    );
    const end = job.jobState === 'running' ? now + 1 : job.startTime + job.duration;
    return configs.flatMap((config) => {
      const scopes = new Set(
        (asked.length === 0 ? ['node' as const] : asked).map((scope) => coarser(scope, config.scope)),
      );
      return [...scopes].flatMap((scope) => {
        const series = job.resources.flatMap(({ hostname }) =>
          this.#seriesOf(cluster.name, hostname, config, scope, subCluster?.topology, { from: job.startTime, to: end }),
        );
        const metric: JobMetric = { unit: config.unit, series, timestep: config.timestep };
        return series.length === 0 ? [] : [{ metric, name: config.name, scope }];
      });
    });
  }

  #seriesOf(
    cluster: string,
    hostname: string,
    { name, timestep, aggregation }: MetricConfig,
    scope: MetricScope,
    topology: Topology | undefined,
    { from, to }: { from: number; to: number },
  ): Series[] {
    const groups = new Map<string, Map<string, Slots>>();
    for (const sample of this.samples) {
      if (sample.cluster !== cluster || sample.host !== hostname || sample.metric !== name) continue;
      if (sample.time < from || sample.time >= to) continue;
      const id = groupOf(sample, scope, topology);
      const part = `${sample.type ?? 'node'}${sample.typeId ?? ''}`;
      const parts = groups.get(id) ?? new Map<string, Slots>();
      const slots: Slots = parts.get(part) ?? new Map();
      slots.set(Math.floor(sample.time / timestep), sample.value);
      groups.set(id, parts.set(part, slots));
    }
    return [...groups].map(([id, parts]) => ({
      hostname,
      ...(scope === 'node' ? {} : { id }),
      ...summed([...parts.values()], aggregation),
    }));
  }
}

function coarser(a: MetricScope, b: MetricScope): MetricScope {
  return metricScopes.indexOf(a) < metricScopes.indexOf(b) ? a : b;
}

/** The unit of `scope` that a sample belongs to. */
function groupOf({ type, typeId = '0' }: MetricSample, scope: MetricScope, topology: Topology | undefined): string {
  if (scope === 'node') return '';
  if (type === undefined || type === scope) return typeId;
  const units = scope === 'hwthread' || scope === 'accelerator' ? undefined : topology?.[scope];
  const index = units?.findIndex((threads) => threads.includes(Number(typeId))) ?? -1;
  return index < 0 ? typeId : String(index);
}

/** Joins the parts of one unit, from the first value to the last, with null where none has one. */
function summed(parts: readonly Slots[], aggregation: 'sum' | 'avg'): Pick<Series, 'statistics' | 'data'> {
  const times = parts.flatMap((slots) => [...slots.keys()]);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const data = Array.from({ length: last - first + 1 }, (_, index) => {
    const values = parts.map((slots) => slots.get(first + index)).filter((value) => value !== undefined);
    if (values.length === 0) return null;
    const sum = values.reduce((total, value) => total + value, 0);
    return aggregation === 'sum' ? sum : sum / values.length;
  });
  const values = data.filter((value) => value !== null);
  const avg = values.reduce((total, value) => total + value, 0) / values.length;
  return { statistics: { min: Math.min(...values), avg, max: Math.max(...values) }, data };
}
