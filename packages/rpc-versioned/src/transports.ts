export {
  connectDaemon,
  type ConnectDaemonOptions,
  type DaemonConnection,
  type DaemonState,
  type DaemonStateChange,
} from './transports/connect-daemon.js';
export {
  createDaemonListener,
  type DaemonListener,
  type DaemonListenerOptions,
  type DaemonRequest,
  tenantOf,
} from './transports/daemon-listener.js';
export {
  type DaemonDescription,
  DaemonRegistry,
  type DaemonRegistryOptions,
  type RegisteredDaemon,
  type RegistryCounters,
} from './transports/daemon-registry.js';
export { dialDaemon, type DialOptions } from './transports/dial-daemon.js';
export { DialError, isDialError, isEndpointDeprecated } from './transports/dial-error.js';
export { type Endpoint, type EndpointOptions, resolveEndpoint } from './transports/endpoint.js';
export type { KeepAliveOptions, SocketStream } from './transports/websocket-stream.js';
export { type RpcVersion, rpcVersions } from './client/rpc-client.js';
export type { ByteReceiver, ByteStream } from './wire/byte-stream.js';
