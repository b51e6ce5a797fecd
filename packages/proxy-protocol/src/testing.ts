export { isProxyError } from './wire/proxy-error.js';
