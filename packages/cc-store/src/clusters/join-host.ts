import {
  type Cluster,
  everyHost,
  formatNodeList,
  type MetricConfig,
  parseNodeList,
  type SubCluster,
  subClusterOf,
} from '@moorline/cc-api';

/** What a host says of itself. */
export interface HostDescription {
  /** Its hardware: what a subcluster has beside its name and its hosts. */
  subCluster: Omit<SubCluster, 'name' | 'nodes' | 'metricConfig' | 'footprint' | 'energyFootprint'>;
  /** The metrics that it measures. */
  metricConfig: readonly MetricConfig[];
}

/** The cluster with the host in the subcluster of its shape, and with its metrics. */
export function joinHost(
  cluster: Cluster,
  host: string,
  { subCluster: shape, metricConfig }: HostDescription,
): Cluster {
  const known = new Set(cluster.metricConfig.map((metric) => metric.name));
  const added = metricConfig.filter((metric) => !known.has(metric.name));
  return {
    ...cluster,
    metricConfig: [...cluster.metricConfig, ...added],
    subClusters: place(cluster, host, shape),
  };
}

type Shape = HostDescription['subCluster'];

function place(cluster: Cluster, host: string, shape: Shape): SubCluster[] {
  const wanted = shapeOf(shape);
  const current = subClusterOf(cluster, host);
  if (current !== undefined && shapeOf(current) === wanted) return cluster.subClusters;

  const target = cluster.subClusters.find((subCluster) => shapeOf(subCluster) === wanted);
  const isAlone = current !== undefined && current.nodes !== everyHost && parseNodeList(current.nodes).size === 1;
  // Its hardware changed and nobody shares the old description: change that, so that earlier jobs still find a subcluster.
  if (target === undefined && isAlone) {
    return cluster.subClusters.map((subCluster) =>
      subCluster === current ? { name: current.name, nodes: current.nodes, ...shape } : subCluster,
    );
  }
  const left = cluster.subClusters.flatMap((subCluster) => {
    if (subCluster === target) return [{ ...subCluster, nodes: withHost(subCluster.nodes, host) }];
    if (subCluster !== current) return [subCluster];
    const nodes = withoutHost(subCluster.nodes, host);
    return nodes === '' ? [] : [{ ...subCluster, nodes }];
  });
  return target === undefined ? [...left, { name: freeName(left), nodes: formatNodeList([host]), ...shape }] : left;
}

/** Equal for equal hardware, in whatever order its members were written. */
function shapeOf(subCluster: Shape): string {
  const {
    processorType,
    topology,
    flopRateScalar,
    flopRateSimd,
    memoryBandwidth,
    socketsPerNode,
    coresPerSocket,
    threadsPerCore,
  } = subCluster;
  return JSON.stringify(
    [
      processorType,
      topology,
      flopRateScalar,
      flopRateSimd,
      memoryBandwidth,
      socketsPerNode,
      coresPerSocket,
      threadsPerCore,
    ].map(sorted),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]);
}

function withHost(nodes: string, host: string): string {
  return nodes === everyHost ? nodes : formatNodeList([...parseNodeList(nodes).hosts(), host]);
}

/** A list that takes every host goes on taking them: one that names the host comes before it. */
function withoutHost(nodes: string, host: string): string {
  if (nodes === everyHost) return nodes;
  return formatNodeList([...parseNodeList(nodes).hosts()].filter((name) => name !== host));
}

function freeName(subClusters: readonly SubCluster[]): string {
  const taken = new Set(subClusters.map((subCluster) => subCluster.name));
  if (!taken.has('main')) return 'main';
  for (let number = 2; ; number++) if (!taken.has(`main-${number}`)) return `main-${number}`;
}
