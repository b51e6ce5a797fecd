export { fromDuplex, type DuplexLike } from './transports/from-duplex.js';
export {
  type AutoReleaseMetadata,
  type CommitMetadata,
  eventTypes,
  type FluxEvent,
  type PlainEventType,
  readEvent,
  type ReleaseMetadata,
  type ReleaseSpec,
  type SyncMetadata,
} from './wire/event.js';
export { postEvent, type PostEventOptions } from './events/post-event.js';
export type { EndpointOptions } from './transports/endpoint.js';
export { type CallOptions, type ClientOptions } from './client/client-options.js';
export {
  newClient,
  newClientV10,
  newClientV11,
  newClientV6,
  newClientV7,
  newClientV8,
  newClientV9,
  RPCClientV10,
  RPCClientV11,
  RPCClientV6,
  RPCClientV7,
  RPCClientV8,
  RPCClientV9,
} from './client/clients.js';
export type { ConnectionCounters } from './client/connection.js';
export { containerFields } from './client/image-fields.js';
export { defaultKinds, kindsOfFlux1_25 } from './client/kind-gate.js';
export { RPCClient, type RpcVersion, rpcVersions } from './client/rpc-client.js';
export {
  clusterError,
  coverAllError,
  fluxError,
  type FluxErrorOptions,
  unavailableError,
  unsupportedResourceKindError,
  upgradeNeededError,
} from './wire/application-error.js';
export type { ByteReceiver, ByteStream } from './wire/byte-stream.js';
export type { Change, GitUpdate, ImageUpdate } from './wire/change.js';
export type { ControllerStatus, ListServicesOptions, Rollout } from './wire/controllers.js';
export type { GitConfig } from './wire/git-config.js';
export {
  canonicalImageName,
  type ImageRef,
  imageRefText,
  latestImages,
  parseImageRef,
  parseImageSpec,
} from './wire/image-ref.js';
export type { Container, ImageInfo, ImageStatus, ListImagesOptions } from './wire/images.js';
export type { JobResult, JobStatus, WorkloadResult, WorkloadResults } from './wire/job-status.js';
export { type MethodName, methodNames, type MethodTypes } from './wire/methods.js';
export { allResources, parseResourceId, parseResourceSpec, type ResourceId } from './wire/resource-id.js';
export {
  type ApplicationError,
  isApplicationError,
  isFatalError,
  isRpcError,
  RpcError,
  type RpcErrorCode,
  rpcErrorCodes,
  type RpcErrorOptions,
} from './wire/rpc-error.js';
export { timeToDate } from './wire/time.js';
export type {
  AutomatedSpec,
  ContainerUpdate,
  PolicyUpdate,
  PolicyUpdates,
  ReleaseContainersSpec,
  ReleaseImageSpec,
  UpdateCause,
  UpdateSpec,
} from './wire/update-spec.js';
