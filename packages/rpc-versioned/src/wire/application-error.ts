import type { ApplicationError } from './rpc-error.js';
import { RpcError, type RpcErrorCode } from './rpc-error.js';
import { struct, always, text, unlessEmpty } from './shape.js';

/** How Go names the type in its error texts. */
const goType =
  'struct { Type string "json:\\"type\\""; Help string "json:\\"help\\""; Err string "json:\\"error,omitempty\\"" }';

export const applicationError = struct<ApplicationError>(goType, {
  type: always(text),
  help: always(text),
  error: unlessEmpty(text),
});

/** What makes a {@link fluxError}. */
export interface FluxErrorOptions {
  /** `server`, `missing` or `user`; see {@link ApplicationError}. */
  type: 'server' | 'missing' | 'user';
  /** The short text: what could not be done. */
  message: string;
  /** The longer text for a person; may have line breaks. Default: the message. */
  help?: string | undefined;
  cause?: unknown;
  /** What a daemon answers beside the error. */
  partialResult?: unknown;
}

/**
 * An error that travels with its type and help: what a handler throws so that its caller can tell what to do.
 *
 * @example throw fluxError({ type: 'missing', message: `unknown job ${id}`, help: 'Jobs are kept for an hour.' });
 */
export function fluxError(options: FluxErrorOptions): RpcError {
  const { type, message, help = message, cause, partialResult } = options;
  return new RpcError(message, {
    code: 'application',
    application: { type, help, error: message },
    cause,
    partialResult,
  });
}

/** The error that a daemon sent. */
export function receivedApplicationError(application: ApplicationError, partialResult: unknown): RpcError {
  return new RpcError(application.error ?? '', { code: 'application', application, partialResult });
}

/** An error of type `user` with its own code; `help` says more than `message`. */
function userError(code: RpcErrorCode, message: string, help: string, cause?: unknown): RpcError {
  const isRetryable = code === 'unavailable';
  return new RpcError(message, { code, application: { type: 'user', help, error: message }, cause, isRetryable });
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** No daemon is connected, or it cannot be reached. */
export function unavailableError(cause: unknown): RpcError {
  const message = messageOf(cause);
  const help = `The daemon cannot be reached

    ${message}

The request needs an answer of the daemon in your cluster, and there is no connection to it: it may not run, may have lost
its network for the moment, or may be kept out by a firewall.

If it runs, wait some seconds and try again: it dials in by itself. If that does not help, look at the daemon's own log.
`;
  return userError('unavailable', message, help, cause);
}

/** The method, or the kind of resource, needs a newer daemon. */
export function upgradeNeededError(cause: unknown): RpcError {
  const message = messageOf(cause);
  const help = `The daemon is too old for this request

    ${message}

The daemon in your cluster speaks an older version of the protocol, which has no such request. Upgrade the daemon, then try
again.
`;
  return userError('upgrade_needed', message, help, cause);
}

/** The kind of resource is none that this version of the protocol handles. */
export function unsupportedResourceKindError(cause: unknown, supportedKinds: readonly string[]): RpcError {
  const message = messageOf(cause);
  const help = `${message}

Daemons of this version handle the kinds ${supportedKinds.join(', ')}. A newer daemon may handle more.
`;
  return userError('unsupported_resource_kind', message, help, cause);
}

/** The daemon runs, but the cluster refused. */
export function clusterError(cause: unknown): RpcError {
  const message = messageOf(cause);
  const help = `The daemon reported an error of its cluster

    ${message}

So the daemon runs and can be reached, but could not do what was asked: the request may name something that does not exist, or
the cluster refused. If it stays so, look at the daemon's own log.
`;
  return userError('application', message, help, cause);
}

/** An error that has no type of its own, where one must be sent. */
export function coverAllError(cause: unknown): RpcError {
  const message = messageOf(cause);
  return userError('application', message, `Error: ${message}\n\nNothing more is known about this error.\n`, cause);
}

/** What a v6 client makes of a daemon's error text. */
export function remoteApplicationError(message: string): RpcError {
  const help = `The daemon reported this error while it worked on the request:

    ${message}
`;
  return userError('application', message, help);
}
