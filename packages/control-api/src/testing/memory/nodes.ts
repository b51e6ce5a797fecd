import type { Job, NodeRow, NodeStateRow } from '../../wire/models.js';
import { valueAt, type Load } from './curves.js';
import type { Place } from './clusters.js';

/** The host of a cluster that is down for the last hour, and the one of which half the metrics arrive. */
const troubled = { down: 3, partial: 5 };

/** Every state that a node was reported in, the newest first. @param now Unix seconds. */
export function statesOf(place: Place, host: string, jobs: readonly Job[], now: number): NodeStateRow[] {
  const threads = place.cluster.subClusters[0]?.topology.node.length ?? 0;
  const index = place.hosts.indexOf(host);
  const health = index === troubled.partial ? ('partial' as const) : ('full' as const);
  const idle = { state: 'idle' as const, cpusAllocated: 0, jobsRunning: 0 };
  const busy = { state: 'allocated' as const, cpusAllocated: threads, jobsRunning: 1 };
  const own = jobs.filter(({ resources }) => resources.some(({ hostname }) => hostname === host));
  const rows = own.flatMap(({ startTime, duration }): NodeStateRow[] => {
    const end = startTime + duration;
    return [{ time: startTime, health, ...busy }, ...(end <= now ? [{ time: end, health, ...idle }] : [])];
  });
  const down =
    index === troubled.down ? [{ time: now - 3600, health: 'failed' as const, ...idle, state: 'down' as const }] : [];
  return [...rows.filter(({ time }) => down.length === 0 || time < now - 3600), ...down].sort(
    (a, b) => b.time - a.time,
  );
}

/** A node as it stands, with the newest values of some metrics. @param now Unix seconds. */
export function nodeRow(
  place: Place,
  host: string,
  states: readonly NodeStateRow[],
  metrics: readonly string[],
  { load, now, seed }: { load: Load; now: number; seed: number },
): NodeRow {
  const [newest] = states;
  const time = now - (now % 60);
  const wanted = newest?.state === 'down' ? [] : place.metrics.filter(({ name }) => metrics.includes(name));
  const row: NodeRow = {
    ...{ cluster: place.cluster.name, host, subCluster: place.cluster.subClusters[0]?.name ?? 'main' },
    metrics: Object.fromEntries(
      wanted.map((metric) => [metric.name, { value: valueAt(metric, host, undefined, 1, time, load, seed), time }]),
    ),
  };
  if (newest === undefined) return row;
  const { time: reported, ...state } = newest;
  return { ...row, ...state, reportedAt: Math.max(reported, newest.state === 'down' ? 0 : now - 30) * 1000 };
}
