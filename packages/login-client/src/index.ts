export { collectInventory, type CollectInventoryOptions, type Inventory } from './client/inventory.js';
export { gpudDataDir } from './client/gpud-data-dir.js';
export type { Identity, IdentityChanges } from './client/identity.js';
export { login, type LoginOptions, type LoginResult } from './client/login.js';
export type { LoginOverrides } from './client/login-request.js';
export {
  type IdentityFile,
  openIdentity,
  type OpenIdentityOptions,
  type WriteIdentityOptions,
} from './client/open-identity.js';
export type { SessionCredentials } from './client/session/attempt.js';
export {
  connectSession,
  type ConnectSessionOptions,
  type SessionChange,
  type SessionConnection,
  type SessionHandlers,
  type SessionPhase,
} from './client/session/connect-session.js';
export type { SessionTls } from './client/session/dial.js';
export type { SessionIdentity } from './client/session/identity-source.js';
export type { SessionCallContext, SessionHandler } from './client/session/request-queue.js';
export type { SessionState } from './client/state-database.js';
export { sendLoginRequest, type SendLoginRequestOptions } from './client/send-login-request.js';
export {
  type DocumentedFailure,
  type DocumentedFailureCode,
  documentedFailures,
  type FailureReason,
} from './wire/documented-failures.js';
export { type EndpointOptions, type LoginTarget, resolveEndpoint } from './wire/endpoint.js';
export {
  type AnsweredFailure,
  isLoginError,
  LoginError,
  type LoginErrorCode,
  type LoginErrorOptions,
} from './wire/login-error.js';
export {
  encodeLoginRequest,
  type Location,
  loginPath,
  type LoginRequest,
  type Network,
  parseLoginRequest,
} from './wire/login-request.js';
export {
  failureMessage,
  failureReason,
  type LoginResponse,
  parseLoginResponse,
  type ValidationResult,
} from './wire/login-response.js';
export type {
  BlockDevice,
  CpuInfo,
  DiskInfo,
  Gpu,
  GpuInfo,
  MachineInfo,
  MemoryInfo,
  NicAddress,
  NicInfo,
} from './wire/machine-info.js';
export { maxNodeLabels, nodeLabelPrefix, normalizeNodeLabels } from './wire/node-labels.js';
export { formatQuantity, parseQuantity } from './wire/quantity.js';
export { stateFileName } from './wire/state-schema.js';
export type { SessionProtocol } from './wire/session/method-gate.js';
export type {
  BootstrapRequest,
  DiagnosticRequest,
  InjectFaultRequest,
  KapMtlsCredentials,
  NodeCredentialFile,
  NodeCredentials,
  SessionMethod,
} from './wire/session/methods.js';
export type { PluginSpec } from './wire/session/plugin-spec.js';
export type { SessionRequest } from './wire/session/request.js';
export type {
  BootstrapResponse,
  ComponentEvent,
  ComponentEvents,
  ComponentMetrics,
  ComponentStates,
  HealthState,
  KapMtlsStatus,
  Metric,
  PackageStatus,
  SessionResponse,
} from './wire/session/response.js';
