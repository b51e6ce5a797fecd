export type { FdPassing } from './fd/fd-passing.js';
export type { Generation } from './server/control-channel.js';
export type { ContainerInfo, GoneReason, ProcessInfo, ProxyHooks } from './server/hooks.js';
export { defaultLimits, defaultTimeouts, type ProxyLimits, type ProxyTimeouts } from './server/limits.js';
export type { ListenOptions } from './server/listen.js';
export { createProxyServer, type ProxyServer, type ProxyServerOptions } from './server/proxy-server.js';
export {
  isFatalError,
  isProxyError,
  ProxyError,
  type ProxyErrorCode,
  type ProxyErrorOptions,
} from './wire/proxy-error.js';
export type { V2Compat } from './wire/v2/message.js';
