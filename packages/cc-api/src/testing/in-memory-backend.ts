import { type Clock, systemClock } from '@moorline/core';
import type { CcBackend, MetricSample, NodeState } from '../server/backend.js';
import type { Cluster } from '../wire/models/cluster.js';
import { withGeneratedLists } from '../wire/cluster/generated-lists.js';
import { InMemoryJobs } from './in-memory-jobs.js';
import { InMemoryMetrics } from './in-memory-metrics.js';
import { InMemorySite } from './in-memory-site.js';
import { InMemoryUsers } from './in-memory-users.js';

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
  const metrics = new InMemoryMetrics(clusters);
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
      metrics.write(samples);
    },
    async updateNodeStates(cluster, nodes, receivedAt) {
      for (const node of nodes) nodeStates.push({ ...node, cluster, receivedAt });
    },
    editMeta: async (target, entry, visibility) => jobs.editMeta(target, entry, visibility),
    tagJob: async (id, tags, visibility) => jobs.tag(id, tags, visibility),
    untagJob: async (id, tags, visibility) => jobs.untag(id, tags, visibility),
    deleteTags: async (tags) => jobs.deleteTags(tags),
    deleteJob: async (target) => jobs.delete(target),
    deleteJobsBefore: async (before, keepTagged) => jobs.deleteBefore(before, keepTagged),
    freeMetrics: async (paths, before) => metrics.free(paths, before),
    metricTree: async (path) => metrics.tree(path),
    users: new InMemoryUsers(),
    site: new InMemorySite(),
  };
}
