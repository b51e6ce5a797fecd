import type { Rollout } from '@moorline/rpc-versioned';

/** What a cluster says of a workload that is in the repository. */
export interface LiveWorkload {
  /** `ready`, `updating`, `started`, `error` or `unknown`. */
  status: string;
  rollout: Rollout;
  /** The resource id of what made it; absent where nothing did. */
  antecedent?: string | undefined;
}

/** A cluster, as far as the daemon looks into it. Without one, what is in the repository is all there is to tell. */
export interface ClusterView {
  /** By resource id, for those of these that the cluster has. */
  workloads(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, LiveWorkload>>;
}
