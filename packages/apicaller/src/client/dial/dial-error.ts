import { createErrorGuard } from '@moorline/core';
import { ApicallerError, type ApicallerErrorCode } from '../../error.js';

/** A dial that made no connection; the last of several that failed, and of those the one that tells most. */
export class DialError extends ApicallerError {
  /** HTTP status of the answer, where the server answered the upgrade with something else. */
  readonly status: number | undefined;

  constructor(failure: { code: ApicallerErrorCode; message: string; hint?: string; status?: number; cause?: unknown }) {
    const { code, message, hint, status, cause } = failure;
    super(`unable to connect to API: ${message}`, {
      code,
      hint,
      cause,
      isRetryable: code !== 'certificate_invalid',
      details: status === undefined ? {} : { status },
    });
    this.name = 'DialError';
    this.status = status;
  }
}

/** Whether `value` is a {@link DialError}, from whichever copy of this package. */
export const isDialError = createErrorGuard<DialError>('DialError');

/** What OpenSSL's and Node's errors about a peer's certificate are called, beside all that begin with `CERT_`. */
const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_LEGACY_NAME',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What the connection below has failed with, as an error of this package. */
export function dialFailure(cause: Error): DialError {
  const systemCode = 'code' in cause ? String(cause.code) : '';
  if (certificateCodes.has(systemCode) || systemCode.startsWith('CERT_')) {
    return new DialError({
      code: 'certificate_invalid',
      message: `tls: failed to verify certificate: x509: ${cause.message}`,
      hint: 'the certificate must be signed by the authority in caCert and carry the DNS name juju-apiserver',
      cause,
    });
  }
  const isRefusal = 'syscall' in cause && cause.syscall === 'connect';
  return new DialError({
    code: isRefusal ? 'dial_refused' : 'dial_failed',
    message: cause.message,
    hint: 'look at the address, and whether the controller runs there',
    cause,
  });
}

/** The failures of one dial; kept for when a deadline ends it. */
export class DialFailures {
  /** Of those so far the one that tells most. */
  most: DialError | undefined;

  note(error: DialError): void {
    this.most = this.most !== undefined && moreTelling(this.most, error) === this.most ? this.most : error;
  }

  /** What ends a dial that took longer than `timeoutMs`. */
  timeout(timeoutMs: number, cause: unknown): DialError {
    return new DialError({
      code: 'dial_timeout',
      message: 'context deadline exceeded',
      hint: `no controller took the connection within ${timeoutMs} ms; the cause says what came last`,
      cause: this.most ?? cause,
    });
  }
}

/** Of two failures the one that tells more: that nobody listens at an address tells least, among equals the later counts. */
export function moreTelling(earlier: unknown, later: unknown): unknown {
  const isTelling = (error: unknown): boolean => !(isDialError(error) && error.code === 'dial_refused');
  return isTelling(earlier) && !isTelling(later) ? earlier : later;
}
