export { type FdPassing, fdTag, loadFdPassing, type ReceivedFd } from './fd/fd-passing.js';
export { fdOfSocket, socketFromFd, type SocketFromFdOptions } from './fd/socket-from-fd.js';
export { maxSocketPathBytes } from './fd/unix-address.js';
export { untilTaken, type UntilTakenOptions } from './fd/until-taken.js';
export {
  isFatalError,
  isProxyError,
  ProxyError,
  type ProxyErrorCode,
  type ProxyErrorOptions,
} from './wire/proxy-error.js';
