/** How far the roll-out of a workload is: pods of which kind there are. */
export interface Rollout {
  /** Pods that there should be. */
  desired: number;
  /** Of the newest template. */
  updated: number;
  ready: number;
  /** Ready for long enough (`minReadySeconds`). */
  available: number;
  /** Of an older template, still there. */
  outdated: number;
  /** What keeps it from going on; empty where nothing does. */
  messages: readonly string[];
}

/** What a cluster says of a workload. */
export interface LiveWorkload {
  /** `started`: the cluster has not begun with what was last applied; `updating`: it has, and is not done. */
  status: 'started' | 'updating' | 'ready' | 'error';
  rollout: Rollout;
  /** The resource id of what made it; absent where nothing did. */
  antecedent?: string | undefined;
}

/** A cluster, as far as the workloads of a repository are looked up in it. */
export interface ClusterView {
  /** By resource id, for those of these that the cluster has. */
  workloads(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, LiveWorkload>>;
}
