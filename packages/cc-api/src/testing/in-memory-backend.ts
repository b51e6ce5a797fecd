import { type Clock, systemClock } from '@moorline/core';
import type { CcBackend, MetricSample, NodeState } from '../server/backend.js';
import type { Cluster } from '../wire/models/cluster.js';
import { withGeneratedLists } from '../wire/cluster/generated-lists.js';
import { InMemoryJobs } from './in-memory-jobs.js';
import { InMemoryMetrics } from './in-memory-metrics.js';

/** A node state as it was reported. */
export interface StoredNodeState extends NodeState {
  cluster: string;
  /** Unix seconds. */
  receivedAt: number;
}

/** A backend that forgets everything with the process, and shows what it was told. */
export interface InMemoryBackend extends CcBackend {
  readonly samples: readonly MetricSample[];
  readonly nodeStates: readonly StoredNodeState[];
}

export interface InMemoryBackendOptions {
  /** Descriptions as `parseCluster` gives them; the generated lists are added. */
  clusters: readonly Cluster[];
  clock?: Clock;
}

/** Storage for tests behind the real handlers: the same answers as a real server's, visible at once, no file. */
export function createInMemoryBackend({ clusters, clock = systemClock }: InMemoryBackendOptions): InMemoryBackend {
  const jobs = new InMemoryJobs(clock);
  const metrics = new InMemoryMetrics();
  const nodeStates: StoredNodeState[] = [];
  const sorted = clusters.map(withGeneratedLists).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    samples: metrics.samples,
    nodeStates,
    startJob: async (job) => jobs.start(job),
    stopJob: async (request, mayStop) => jobs.stop(request, mayStop),
    listJobs: async (filter, page, visibility, include) => jobs.list(filter, page, visibility, include),
    getJob: async (id, visibility) => jobs.get(id, visibility),
    usedNodes: async (before) => jobs.usedNodes(before),
    clusters: async () => sorted,
    async jobMetrics(job, names, scopes) {
      const cluster = sorted.find(({ name }) => name === job.cluster);
      return cluster === undefined ? [] : metrics.series(job, cluster, names, scopes, Math.floor(clock.now() / 1000));
    },
    async writeSamples(samples) {
      for (const sample of samples) metrics.samples.push(sample);
    },
    async updateNodeStates(cluster, nodes, receivedAt) {
      for (const node of nodes) nodeStates.push({ ...node, cluster, receivedAt });
    },
  };
}
