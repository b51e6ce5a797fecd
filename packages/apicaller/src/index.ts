export { ApicallerError, type ApicallerErrorCode, isApicallerError } from './error.js';
export { type Agent, type AgentConfig, type ConfigSetter } from './agent-config/agent.js';
export { AgentFile, type CreateOptions, type NewAgent } from './agent-config/agent-file.js';
export { type ApiInfo } from './client/api-info.js';
export { apiOpen, openWithVersion, type OpenOptions } from './client/api-open.js';
export { type ApiCaller, type Connection } from './client/connection.js';
export { type DialOptions } from './client/dial/dial-api.js';
export { DialError, isDialError } from './client/dial/dial-error.js';
export { type DnsCache, type Resolve } from './client/dial/dns.js';
export { isRedirectError, RedirectError, type Redirection } from './client/redirect-error.js';
export { type CallOptions } from './rpc/rpc-connection.js';
export { type AgentFacade, agentFacade, type Life } from './strategies/agent-facade.js';
export { type ConnectFunc, type ConnectOptions, type OpenFunc } from './strategies/connect-func.js';
export { onlyConnect } from './strategies/only-connect.js';
export {
  ErrBadCreds,
  ErrChangedPassword,
  isErrChangedPassword,
  isErrConnectImpossible,
  isErrDenied,
} from './strategies/outcomes.js';
export { type ProvisionWait, seedProvisionWait } from './strategies/provision-wait.js';
export { scaryConnect } from './strategies/scary-connect.js';
export { agentFilter } from './worker/agent-filter.js';
export { apiCallerManifold, type ApiCallerManifoldConfig } from './worker/api-caller-manifold.js';
export {
  apiConfigWatcherManifold,
  type ApiConfigWatcherConfig,
  type ConfigChanged,
} from './worker/api-config-watcher.js';
export { agentKey, apiCallerKey, connectionKey } from './worker/keys.js';
export { type AddressScope, type AddressType, formatHostPort, type HostPort } from './wire/host-port.js';
export { type JujuCode, type KnownJujuCode } from './wire/juju-code.js';
export { isRequestError, jujuCodeOf, RequestError, type RequestFailure } from './wire/request-error.js';
export { formatTag, isTag, parseTag, type Tag, type TagKind } from './wire/tag.js';
export { type EngineConfig, type EngineMetrics } from './engine/config.js';
export { createEngine } from './engine/create-engine.js';
export { type Engine, type Installer, type Reporter, type SettledOptions } from './engine/engine.js';
export { type ErrorReport } from './engine/error-text.js';
export { type ManifoldState } from './engine/installed.js';
export { manifold, type Manifold, type ManifoldDefinition, type StartContext } from './engine/manifold.js';
export { type Output, type OutputKey, outputKey } from './engine/output-key.js';
export { rankedErrors } from './engine/ranked-errors.js';
export { type EngineReport, type EngineState, type ManifoldReport } from './engine/report.js';
export {
  type OutputWorker,
  valueWorker,
  type ValueWorkerOptions,
  worker,
  type WorkerOptions,
} from './engine/run-worker.js';
export { installerKey, reporterKey, selfManifold } from './engine/self-manifold.js';
export { ErrBounce, ErrMissing, ErrUninstall, isErrBounce, isErrMissing, isErrUninstall } from './engine/sentinels.js';
export { type EngineStatus, type ManifoldStatus, type ResolutionStatus } from './engine/status.js';
export { validate, type ValidateOptions } from './engine/validate.js';
export { stopWorker, type Worker } from './engine/worker.js';
