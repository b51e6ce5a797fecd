// What of the protocol of logins is only text and objects: no file, socket or process of Node, so that it runs in browsers too.
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
