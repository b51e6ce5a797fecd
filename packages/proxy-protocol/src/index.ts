export type { CallOptions } from './client/call-options.js';
export { connectProxy, type ConnectProxyOptions } from './client/connect-proxy.js';
export type { DialTarget } from './client/dial.js';
export type { HyperCommands } from './client/hyper-commands.js';
export type {
  ContainerNamePayload,
  EnvironmentVariable,
  ExecCmdPayload,
  KillContainerPayload,
  NewContainerPayload,
  ProcessSpec,
  StartPodPayload,
  WinsizePayload,
} from './client/hyper-payloads.js';
export { type IoSession, openIoSession } from './client/io-session.js';
export type { ProcessIo } from './client/process-streams.js';
export type { IoAllocation, ProtocolVersion, ProxyClient } from './client/proxy-client.js';
export type { V3HyperOptions, V3ProxyClient } from './client/v3-proxy-client.js';
export {
  isFatalError,
  isProxyError,
  ProxyError,
  type ProxyErrorCode,
  proxyErrorCodes,
  type ProxyErrorOptions,
} from './wire/proxy-error.js';
export type { V2Compat } from './wire/v2/message.js';
export type { HelloPayload } from './wire/v2/payloads.js';
export type { LogEntry, LogLevel } from './wire/v3/log.js';
export type { AttachVmPayload, IoAccess, RegisterVmPayload } from './wire/v3/payloads.js';
