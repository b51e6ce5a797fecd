export { ApicallerError, type ApicallerErrorCode, isApicallerError } from './error.js';
export type { MessageReceiver, MessageSocket } from './rpc/message-socket.js';
export {
  type Authenticator,
  badCredentials,
  type LoginAttempt,
  passwordAuthenticator,
} from './server/authenticator.js';
export type { CallContext } from './server/call.js';
export type { ConnectedClient, Identity } from './server/connected-client.js';
export {
  type ControllerServer,
  type ControllerServerOptions,
  createControllerServer,
  type ModelFacts,
} from './server/controller-server.js';
export type { Awaitable, Entity, EntityStore, ModelUuid } from './server/entity-store.js';
export { type Facade, facade, type FacadeDefinition, type Method, method, type PlainMethod } from './server/facade.js';
export { type LoginLimiter, loginLimiter } from './server/login-limiter.js';
export { createMemoryEntityStore, type MemoryEntityStore } from './server/memory-entity-store.js';
export type { AnsweredCall, ServerMetrics } from './server/metrics.js';
export type { ControllerState } from './server/restrictions.js';
export { type WatchedValue, watchedValue } from './server/watched-value.js';
export { watcherFacade } from './server/watcher-facade.js';
export type { Watcher, Watchers } from './server/watchers.js';
export type { Life } from './wire/agent.js';
export type { HostPort } from './wire/host-port.js';
export type { JujuCode, KnownJujuCode } from './wire/juju-code.js';
export type { LoginRequest } from './wire/login-request.js';
export type { LoginVersion } from './wire/login.js';
export type { Params } from './wire/params.js';
export type { ModelRedirection } from './wire/redirection.js';
export { isRequestError, RequestError, type RequestFailure } from './wire/request-error.js';
export { formatTag, isTag, parseTag, type Tag, type TagKind } from './wire/tag.js';
