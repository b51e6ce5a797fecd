import { type Cluster, type MetricConfig, subClusterOf } from '@moorline/cc-api';
import { hostOf, partsOf } from './host-parts.js';
import type { MetricStore } from './metric-store.js';
import type { SeriesState } from './series-state.js';

/** What a node measures now. */
export interface NewestValue {
  value: number;
  /** Unix seconds. */
  time: number;
}

/** The newest value of each metric that came in the last 15 minutes, of whole nodes, by host. */
export type NewestValues = (
  cluster: Cluster,
  hosts: readonly string[],
  /** Of these; undefined = all. */
  metrics: readonly string[] | undefined,
  nowSeconds: number,
) => Promise<Map<string, Record<string, NewestValue>>>;

export function createNewestValues(store: MetricStore): NewestValues {
  /** Which series a node's metric is made of, as long as cluster and series are the same. */
  let plans = new Map<string, readonly SeriesState[]>();
  let plannedFor: { cluster: Cluster; version: number } | undefined;
  /** When a series that sends nothing was looked for in the database, Unix seconds. */
  const lookedAt = new WeakMap<SeriesState, number>();

  const membersOf = (cluster: Cluster, host: string, metric: MetricConfig): readonly SeriesState[] => {
    const { version } = store.catalog;
    if (plannedFor?.cluster !== cluster || plannedFor.version !== version) {
      plans = new Map();
      plannedFor = { cluster, version };
    }
    const name = `${host}\0${metric.name}`;
    const known = plans.get(name);
    if (known !== undefined) return known;
    const subCluster = subClusterOf(cluster, host);
    const parts = partsOf(hostOf(store.catalog, cluster, subCluster, { hostname: host }), metric, 'node');
    const members = parts[0]?.members ?? [];
    plans.set(name, members);
    return members;
  };

  /** What came before this process looked, or what another server has folded since, is in the chunks alone. */
  const lookUp = async (silent: readonly SeriesState[], nowSeconds: number): Promise<void> => {
    const wanted = silent
      .filter((state) => (lookedAt.get(state) ?? -Infinity) < nowSeconds - lookAgainSeconds)
      .slice(0, mostLookedUp);
    if (wanted.length === 0) return;
    for (const state of wanted) lookedAt.set(state, nowSeconds);
    const found = await store.read(wanted, nowSeconds - newestSeconds, nowSeconds + newestSeconds);
    for (const state of wanted) {
      const { times = [], values = [] } = found.get(state.id) ?? {};
      const [time, value] = [times.at(-1), values.at(-1)];
      if (time !== undefined && value !== undefined) state.noteNewest(time, value);
    }
  };

  return async (cluster, hosts, metrics, nowSeconds) => {
    const since = nowSeconds - newestSeconds;
    const planned = hosts.flatMap((host) =>
      (subClusterOf(cluster, host)?.metricConfig ?? cluster.metricConfig)
        .filter(({ name }) => metrics === undefined || metrics.includes(name))
        .map((metric) => ({ host, metric, members: membersOf(cluster, host, metric) })),
    );
    const silent = planned.flatMap(({ members }) => members.filter(({ lastTime }) => lastTime < since));
    await lookUp(silent, nowSeconds);
    const found = new Map<string, Record<string, NewestValue>>();
    for (const { host, metric, members } of planned) {
      const newest = combine(members, metric, since);
      if (newest === undefined) continue;
      const ofHost = found.get(host) ?? {};
      found.set(host, ofHost);
      ofHost[metric.name] = newest;
    }
    return found;
  };
}

/** As slots are combined: an average is of what there is, a sum needs all of it. */
function combine(
  members: readonly SeriesState[],
  { timestep, aggregation }: MetricConfig,
  since: number,
): NewestValue | undefined {
  const time = members.reduce((newest, { lastTime }) => Math.max(newest, lastTime), -Infinity);
  if (time < since || !Number.isFinite(time)) return undefined;
  const current = members.filter(({ lastTime }) => lastTime > time - timestep);
  if (aggregation === 'sum' && current.length < members.length) return undefined;
  const sum = current.reduce((total, { lastValue }) => total + lastValue, 0);
  return { time, value: aggregation === 'sum' ? sum : sum / current.length };
}

const newestSeconds = 900;
const lookAgainSeconds = 60;
/** Series that one question looks for in the database: 32 statements. */
const mostLookedUp = 2048;
