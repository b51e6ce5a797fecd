import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** Stable codes of a {@link ProxyError}. README.md explains each. */
export const proxyErrorCodes = [
  // What arrives, or would be sent, is not the protocol.
  'message_too_large',
  'unexpected_flags',
  'bad_frame',
  'invalid_json',
  'invalid_message',
  'invalid_response',
  'desynchronized',
  // The connection.
  'connect_failed',
  'truncated_header',
  'truncated_body',
  'connection_ended',
  'connection_closed',
  'connection_unusable',
  'invalid_option',
  // What a proxy, ours or another, answers to a command.
  'refused',
  'unknown_command',
  'malformed_command',
  'already_registered',
  'unknown_container',
  'not_attached',
  'bad_stream_count',
  'unknown_token',
  'token_claimed',
  'bad_tokens',
  'bad_process',
  'not_a_shim',
  'bad_signal',
  'bad_stream',
  'wait_timeout',
  // The agent inside the VM.
  'vm_connect_failed',
  'vm_error',
  'vm_unexpected_message',
  'vm_lost',
  // Descriptors.
  'fd_unavailable',
  'fd_missing',
  'fd_bad_tag',
  'fd_bad_control',
  'fd_truncated',
  'fd_exhausted',
  'fd_wrong_kind',
  'fd_system_call',
  // A proxy's own limits and its socket.
  'socket_path_too_long',
  'bad_activation',
  'listen_failed',
  'limit_reached',
  'session_overflow',
] as const;

export type ProxyErrorCode = (typeof proxyErrorCodes)[number];

export interface ProxyErrorOptions extends MoorlineErrorOptions<ProxyErrorCode> {
  /** The text that travels, verbatim: what the other side said, or what it is told. Default: the message. */
  text?: string | undefined;
  /** Whether the connection is unusable from now on: its owner closes it. Default false. */
  isFatal?: boolean | undefined;
}

/** Every failure of this package. Recognise it with {@link isProxyError}. */
export class ProxyError extends MoorlineError<ProxyErrorCode> {
  /** The protocol's own text, verbatim (docs/protocol.md): `unknown containerID: pod-7f`. */
  readonly text: string;
  /** Whether the connection is unusable from now on: no call on it can succeed any more. */
  readonly isFatal: boolean;

  /** @param message what was attempted and what came back; ends with the protocol's text where there is one. */
  constructor(message: string, options: ProxyErrorOptions) {
    super(message, options);
    this.name = 'ProxyError';
    this.text = options.text ?? message;
    this.isFatal = options.isFatal ?? false;
  }
}

/** Whether `value` is a {@link ProxyError}, from whichever copy of this package. */
export const isProxyError: (value: unknown) => value is ProxyError = createErrorGuard<ProxyError>('ProxyError');

/** Whether `value` ended its connection: close it, connect anew. */
export function isFatalError(value: unknown): value is ProxyError {
  return isProxyError(value) && value.isFatal;
}
