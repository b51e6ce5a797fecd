import { LoginError, type LoginErrorCode } from '../wire/login-error.js';

/**
 * A request or a connection that failed before an answer came.
 *
 * @param attempted in the original's words: `Post "<url>"`.
 */
export function transportError(attempted: string, error: unknown): LoginError {
  const cause = innermost(error);
  const code = codeOf(cause);
  const kind = kindOf(code, cause.message);
  return new LoginError(`${attempted}: ${cause.message || code}`, {
    code: kind,
    cause: error,
    isRetryable: kind !== 'tls',
    hint: hints[kind],
    ...(code === '' ? {} : { details: { reason: code } }),
  });
}

const hints: Partial<Record<LoginErrorCode, string>> = {
  transport: 'is the address right, and does a server listen there?',
  tls: 'the certificate must be trusted (NODE_EXTRA_CA_CERTS, or a fetch of your own) and name this host; a server without TLS is reached only over loopback with http:// and allowInsecureHttp',
  proxy: 'check the proxy address and what it allows',
};

/** The failure under the runtime's "fetch failed"; the last of several where each address was tried. */
function innermost(error: unknown): Error {
  let current = error instanceof Error ? error : new Error(String(error));
  for (let depth = 0; depth < 8; depth++) {
    const below: unknown = current instanceof AggregateError ? current.errors.at(-1) : current.cause;
    if (!(below instanceof Error)) break;
    current = below;
  }
  return current;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function kindOf(code: string, message: string): 'tls' | 'proxy' | 'transport' {
  if (/proxy/i.test(message)) return 'proxy';
  if (
    /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|HOSTNAME_MISMATCH$|INVALID_)/.test(
      code,
    )
  ) {
    return 'tls';
  }
  return 'transport';
}
