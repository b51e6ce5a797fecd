import { type Cluster, everyHost, parseNodeList, type SchedulerState, subClusterOf } from '@moorline/cc-api';
import { fromColumn } from '../database/any-text.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { NewestValue, NewestValues } from '../metrics/newest-values.js';
import type { NodeHealth } from './node-states.js';

/** What a node told of itself. What was never told is absent. */
export interface NodeReport {
  state: SchedulerState;
  health: NodeHealth;
  cpusAllocated: number;
  /** Megabytes. */
  memoryAllocated: number;
  gpusAllocated: number;
  jobsRunning: number;
}

/** A node of a cluster's description. */
export interface NodeView extends Partial<NodeReport> {
  cluster: string;
  host: string;
  subCluster: string;
  /** Unix milliseconds. */
  reportedAt?: number;
  /** Of the machine that enrolled last under this name. */
  machineId?: string;
  /** By metric: the newest value of the last 15 minutes, of the whole node. */
  metrics: Record<string, NewestValue>;
}

/** The nodes of clusters as people look at them. */
export interface Nodes {
  /**
   * Every node of a cluster's description, and each that told its state where a subcluster takes every host.
   *
   * @param metrics whose newest values are wanted; empty = none. @returns undefined where nobody described the cluster.
   */
  list(cluster: string, metrics: readonly string[]): Promise<NodeView[] | undefined>;
  /** With the newest values of all metrics; undefined where the cluster has no such node. */
  find(cluster: string, host: string): Promise<NodeView | undefined>;
  /** Without values; hosts that the cluster does not have are left out. */
  byHosts(cluster: string, hosts: readonly string[]): Promise<NodeView[]>;
}

export interface NodesParts {
  db: StoreDatabase;
  reading: Session;
  findCluster: (name: string) => Cluster | undefined;
  /** Catches up with what other servers wrote. */
  catchUp: () => Promise<void>;
  newestValues: NewestValues;
  nowSeconds: () => number;
}

export function createNodes({ db, reading, findCluster, catchUp, newestValues, nowSeconds }: NodesParts): Nodes {
  const reports = prepare(db, (db, p: Params<{ cluster: string }>) =>
    db.selectFrom('node').selectAll().where('cluster', '=', p.cluster).orderBy('host'),
  );
  const report = prepare(db, (db, p: Params<{ cluster: string; host: string }>) =>
    db.selectFrom('node').selectAll().where('cluster', '=', p.cluster).where('host', '=', p.host),
  );
  const machines = prepare(db, (db, p: Params<{ group: string }>) =>
    db.selectFrom('machine').select(['id', 'host']).where('node_group', '=', p.group).orderBy('number'),
  );

  const machinesOf = async (cluster: string): Promise<Map<string, string>> =>
    new Map((await reading.all(machines, { group: cluster })).map(({ id, host }) => [fromColumn(host), id]));

  const reportsOf = async (cluster: string, hosts?: readonly string[]): Promise<Map<string, NodeRow>> => {
    const rows =
      hosts === undefined || hosts.length > mostAskedOne
        ? await reading.all(reports, { cluster })
        : (await Promise.all(hosts.map((host) => reading.first(report, { cluster, host })))).filter(
            (row) => row !== undefined,
          );
    return new Map(rows.map((row) => [fromColumn(row.host), row]));
  };

  const view = (
    cluster: Cluster,
    host: string,
    known: { row: NodeRow | undefined; machineId: string | undefined; metrics: NodeView['metrics'] | undefined },
  ): NodeView[] => {
    const subCluster = subClusterOf(cluster, host);
    if (subCluster === undefined) return [];
    const { row, machineId, metrics = {} } = known;
    const named = { cluster: cluster.name, host, subCluster: subCluster.name };
    const told = row === undefined ? {} : { ...toReport(row), reportedAt: row.reported_at * 1000 };
    return [{ ...named, ...told, ...(machineId === undefined ? {} : { machineId }), metrics }];
  };

  /** @param metrics undefined = all. */
  const viewsOf = async (
    cluster: Cluster,
    hosts: readonly string[],
    told: ReadonlyMap<string, NodeRow>,
    metrics: readonly string[] | undefined,
  ): Promise<NodeView[]> => {
    const ids = await machinesOf(cluster.name);
    const values = metrics?.length === 0 ? undefined : await newestValues(cluster, hosts, metrics, nowSeconds());
    return hosts.flatMap((host) =>
      view(cluster, host, { row: told.get(host), machineId: ids.get(host), metrics: values?.get(host) }),
    );
  };

  return {
    async list(name, metrics) {
      await catchUp();
      const cluster = findCluster(name);
      if (cluster === undefined) return undefined;
      const told = await reportsOf(name);
      return viewsOf(cluster, hostsOf(cluster, told.keys()), told, metrics);
    },
    async find(name, host) {
      await catchUp();
      const cluster = findCluster(name);
      if (cluster === undefined) return undefined;
      const [found] = await viewsOf(cluster, [host], await reportsOf(name, [host]), undefined);
      return found;
    },
    async byHosts(name, hosts) {
      // Other servers may have described the hosts that they report.
      if (findCluster(name) === undefined || hosts.some((host) => !hasHost(findCluster(name), host))) await catchUp();
      const cluster = findCluster(name);
      return cluster === undefined ? [] : viewsOf(cluster, hosts, await reportsOf(name, hosts), []);
    },
  };
}

const hasHost = (cluster: Cluster | undefined, host: string): boolean =>
  cluster !== undefined && subClusterOf(cluster, host) !== undefined;

/** Of more hosts all reports of the cluster are read. */
const mostAskedOne = 4;

export interface NodeRow {
  host: string;
  state: string;
  health: string;
  cpus_allocated: number;
  memory_allocated: number;
  gpus_allocated: number;
  jobs_running: number;
  reported_at: number;
}

/** A row of a node, or of what it told once. */
export function toReport(row: Omit<NodeRow, 'host' | 'reported_at'>): NodeReport {
  return {
    state: row.state as SchedulerState,
    health: row.health as NodeHealth,
    cpusAllocated: row.cpus_allocated,
    memoryAllocated: row.memory_allocated,
    gpusAllocated: row.gpus_allocated,
    jobsRunning: row.jobs_running,
  };
}

/** Every name of the description in its order, each once; then the others that told something and belong to it. */
function hostsOf(cluster: Cluster, told: Iterable<string>): string[] {
  const hosts = new Set<string>();
  for (const { nodes } of cluster.subClusters) {
    if (nodes !== everyHost) for (const host of parseNodeList(nodes).hosts()) hosts.add(host);
  }
  if (cluster.subClusters.some(({ nodes }) => nodes === everyHost)) for (const host of told) hosts.add(host);
  return [...hosts];
}
