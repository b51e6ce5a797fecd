import { ProxyError } from '../wire/proxy-error.js';

/** Options of every call. */
export interface CallOptions {
  /** Rejects the call at once with the signal's reason. The proxy is not told; its late answer is dropped. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, ≥ 0; 0: none. Default: the client's `callTimeoutMs`, and none for what waits until an agent is ready. */
  timeoutMs?: number | undefined;
}

/** @throws ProxyError `invalid_option` for a number that is none or below `least`. */
export function checkNumber(name: string, value: number | undefined, least: number): void {
  if (value === undefined || value >= least) return;
  throw new ProxyError(`${name} is ${value}, and must be at least ${least}`, { code: 'invalid_option' });
}
