import { getSystemErrorName } from 'node:util';
import { ProxyError } from '../wire/proxy-error.js';

/** No number or no memory is free: a later call may find some. */
const exhausted: ReadonlySet<number> = new Set([/* ENFILE */ 23, /* EMFILE */ 24]);
const transient: ReadonlySet<number> = new Set([/* ENOMEM */ 12, /* ENOBUFS */ 105, /* ETOOMANYREFS */ 109]);

/** What a system call's error number says: `fd_exhausted` where no descriptor is free, else `fd_system_call`. */
export function systemCallError(call: string, errno: number, options: { isFatal?: boolean } = {}): ProxyError {
  const name = errno === 109 ? 'ETOOMANYREFS' : getSystemErrorName(-errno);
  const isExhausted = exhausted.has(errno);
  return new ProxyError(`${call}: ${name}`, {
    code: isExhausted ? 'fd_exhausted' : 'fd_system_call',
    isRetryable: isExhausted || transient.has(errno),
    isFatal: options.isFatal ?? false,
    ...(isExhausted ? { hint: 'raise the limit of open files (ulimit -n), or close what is not used' } : {}),
    details: { call, errno, name },
  });
}
