import type { Manifests, WorkloadEdit } from '../manifests/manifests.js';

/** What became of one container. */
export interface ContainerResult {
  container: string;
  current: string;
  target: string;
}

/** What became of one workload: `ignored` was not meant, `skipped` was, and stays as it is for the reason given. */
export interface WorkloadResult {
  status: 'success' | 'failed' | 'skipped' | 'ignored';
  error?: string | undefined;
  containers: ContainerResult[];
}

/** What a change comes to for the manifests of one commit. */
export interface Plan {
  /** Empty where there is nothing to do. */
  edits: WorkloadEdit[];
  /** By id. */
  results: Map<string, WorkloadResult>;
}

/** A change, before it is known of which commit: it is planned again when somebody else pushes in between. */
export type Change = (manifests: Manifests) => Plan;

/** A result without a change. */
export const unchanged = (status: 'skipped' | 'ignored', error: string): WorkloadResult => ({
  status,
  error,
  containers: [],
});
