import { expect, it } from 'vitest';
import { isLineProtocolError, LineProtocolError, type LineProtocolErrorCode } from './errors.js';

/** Adding a code here is a reminder to explain it in the README. */
const codes: Record<LineProtocolErrorCode, true> = {
  empty_name: true,
  invalid_name: true,
  trailing_backslash: true,
  comment_measurement: true,
  invalid_text: true,
  tag_order: true,
  duplicate_tag: true,
  not_finite: true,
  out_of_range: true,
  unsupported_value: true,
  no_fields: true,
  call_order: true,
  entry_too_long: true,
  invalid_payload: true,
  invalid_option: true,
  invalid_subject: true,
  payload_too_large: true,
  not_confirmed: true,
  no_stream: true,
  config_mismatch: true,
  permission_denied: true,
  authorization_failed: true,
  connection_closed: true,
  nats_failed: true,
};

it.each(Object.keys(codes) as LineProtocolErrorCode[])('is recognised with the code %s', (code) => {
  const error = new LineProtocolError('x', { code });
  expect([isLineProtocolError(error), error.code, error.name, error.isRetryable]).toEqual([
    true,
    code,
    'LineProtocolError',
    false,
  ]);
});

it('is not taken for another error', () => {
  expect([isLineProtocolError(new Error('x')), isLineProtocolError(undefined)]).toEqual([false, false]);
});
