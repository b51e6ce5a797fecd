export {
  isFatalError,
  isProxyError,
  ProxyError,
  type ProxyErrorCode,
  proxyErrorCodes,
  type ProxyErrorOptions,
} from './wire/proxy-error.js';
