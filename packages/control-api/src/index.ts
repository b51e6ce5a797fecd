export { createControlClient, type ControlClientOptions } from './client/create-control-client.js';
export type { CallOptions, ControlClient, HostBody } from './client/control-client.js';
export type { LiveOptions, LiveState, LiveSubscription } from './client/live-subscription.js';
export {
  ControlApiError,
  type ControlApiErrorCode,
  type ControlApiErrorOptions,
  controlApiStatuses,
  isControlApiError,
  type ServerErrorCode,
} from './wire/error.js';
export { decodeLiveEvent, encodeLiveEvent, type LiveData, type LiveEvent, type LiveTopic } from './wire/live-event.js';
export { decodeQuery, encodeQuery, type QueryOf } from './wire/query.js';
export { jobSorts, jobStates, metricScopes, nodeHealths, nodeStates } from './wire/vocabulary.js';
export type { components, operations, paths } from './generated/types.js';
export type * from './wire/models.js';
