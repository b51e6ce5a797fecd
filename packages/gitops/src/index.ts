export type { Change, ContainerResult, Plan, WorkloadResult } from './changes/change.js';
export { containerRelease, type ContainerRelease, type ContainerUpdate } from './changes/container-release.js';
export { imageRelease, type ImageRelease } from './changes/image-release.js';
export { Jobs, type JobsOptions, type JobState } from './changes/jobs.js';
export { policyChange, type PolicyUpdate } from './changes/policy-change.js';
export type { ClusterView, LiveWorkload, Rollout } from './cluster/cluster-view.js';
export { KubernetesCluster, type KubernetesClusterOptions } from './cluster/kubernetes-cluster.js';
export { GitopsError, type GitopsErrorCode, isGitopsError } from './error.js';
export { type GitAccess, gitEnvironment } from './git/access.js';
export {
  ChangeFailed,
  type Changed,
  type ChangeOptions,
  ManifestRepository,
  type ManifestRepositoryOptions,
  type RepositoryStatus,
} from './manifest-repository.js';
export type { ManifestLimits } from './manifests/load.js';
export type { Manifests } from './manifests/manifests.js';
export { isSet } from './manifests/policies.js';
export type { Resource } from './manifests/resource.js';
export type { Container } from './manifests/workload.js';
