import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** What can fail, as the README's table explains it. */
export type LineProtocolErrorCode =
  | 'empty_name'
  | 'invalid_name'
  | 'trailing_backslash'
  | 'comment_measurement'
  | 'invalid_text'
  | 'tag_order'
  | 'duplicate_tag'
  | 'not_finite'
  | 'out_of_range'
  | 'unsupported_value'
  | 'no_fields'
  | 'call_order'
  | 'entry_too_long'
  | 'invalid_payload'
  | 'invalid_option'
  | 'invalid_subject'
  | 'payload_too_large'
  | 'not_confirmed'
  | 'no_stream'
  | 'config_mismatch'
  | 'permission_denied'
  | 'authorization_failed'
  | 'connection_closed'
  | 'nats_failed';

/**
 * A call of this package that cannot be answered. Faults of decoded bytes are no exceptions: they are yielded as
 * {@link LineError} and {@link BadMessage}.
 */
export class LineProtocolError extends MoorlineError<LineProtocolErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<LineProtocolErrorCode>) {
    super(message, options);
    this.name = 'LineProtocolError';
  }
}

/** Whether `value` is a {@link LineProtocolError}, from whichever copy of this package. */
export const isLineProtocolError: (value: unknown) => value is LineProtocolError =
  createErrorGuard<LineProtocolError>('LineProtocolError');
