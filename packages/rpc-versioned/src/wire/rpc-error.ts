import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** Stable codes of an {@link RpcError}. README.md explains each. */
export const rpcErrorCodes = [
  'application',
  'upgrade_needed',
  'unsupported_resource_kind',
  'unavailable',
  'remote',
  'connection_ended',
  'connection_closed',
  'connection_shut_down',
  'invalid_response',
  'invalid_result',
  'invalid_json',
  'value_too_large',
  'no_answer',
  'deadline_exceeded',
  'too_many_calls',
  'invalid_option',
  'unencodable',
  'conflicting_options',
  'invalid_resource_id',
  'invalid_image',
  'invalid_field',
  'invalid_payload',
  'bad_endpoint',
  'insecure_endpoint',
  'bad_token',
  'dial_failed',
  'endpoint_deprecated',
  'websocket_closed',
  'websocket_protocol',
  'message_too_large',
  'read_timeout',
  'write_timeout',
  'kicked',
  'unauthorized',
  'event_refused',
  'event_failed',
] as const;

export type RpcErrorCode = (typeof rpcErrorCodes)[number];

/** The structured error of a daemon or of a client's gate, as it travels (docs/protocol.md, Application errors). */
export interface ApplicationError {
  /** `server`: transient or the service's fault; `missing`: no such thing; `user`: the caller must change something. */
  type: string;
  /** Text for a person; may have line breaks, may be empty. */
  help: string;
  /** The short text for a developer; absent or empty where there is none. */
  error?: string;
}

export interface RpcErrorOptions extends MoorlineErrorOptions<RpcErrorCode> {
  application?: ApplicationError | undefined;
  /** Whether the connection is unusable from now on: its owner closes it. Default false. */
  isFatal?: boolean | undefined;
  /** What came beside the error, where something did. */
  partialResult?: unknown;
}

/** Every failure of this package. Recognise it with {@link isRpcError}. */
export class RpcError extends MoorlineError<RpcErrorCode> {
  /** Whether the connection is unusable from now on: its owner stops using it and closes it. */
  readonly isFatal: boolean;
  /** The structured error, where there is one: see {@link isApplicationError}. */
  readonly application: ApplicationError | undefined;
  /** What the daemon sent beside the error, or what a polyfill had before it failed. */
  readonly partialResult: unknown;

  constructor(message: string, options: RpcErrorOptions) {
    super(message, options);
    this.name = 'RpcError';
    this.isFatal = options.isFatal ?? false;
    this.application = options.application;
    this.partialResult = options.partialResult;
  }
}

/** Whether `value` is an {@link RpcError}, from whichever copy of this package. */
export const isRpcError: (value: unknown) => value is RpcError = createErrorGuard<RpcError>('RpcError');

/** Whether `value` ended its connection: stop routing to this peer, close the socket, still report the error. */
export function isFatalError(value: unknown): value is RpcError {
  return isRpcError(value) && value.isFatal;
}

/** Whether `value` carries a structured error with a type and a help text. */
export function isApplicationError(value: unknown): value is RpcError & { readonly application: ApplicationError } {
  return isRpcError(value) && value.application !== undefined;
}
