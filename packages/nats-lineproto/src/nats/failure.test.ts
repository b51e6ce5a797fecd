import { describe, expect, it } from 'vitest';
import { LineProtocolError } from '../errors.js';
import { isNameInUse, isNotFound, toNatsError } from './failure.js';

const named = (name: string, more: object = {}): Error => Object.assign(new Error('what it says'), { name, ...more });

describe('toNatsError', () => {
  it.each([
    ['authorization_failed', named('AuthorizationError')],
    ['authorization_failed', named('NatsError', { code: 'AUTHENTICATION_EXPIRED' })],
    ['permission_denied', named('NatsError', { code: 'PERMISSIONS_VIOLATION' })],
    ['permission_denied', named('RequestError', { cause: named('PermissionViolationError') })],
    ['connection_closed', named('DrainingConnectionError')],
    ['connection_closed', named('NatsError', { code: 'CONNECTION_CLOSED' })],
    ['payload_too_large', named('NatsError', { code: 'MAX_PAYLOAD_EXCEEDED' })],
    [
      'payload_too_large',
      Object.assign(new Error("'payload' max_payload size exceeded"), { name: 'InvalidArgumentError' }),
    ],
    ['no_stream', named('JetStreamNotEnabled', { cause: named('RequestError') })],
    ['no_stream', named('RequestError', { cause: named('NoRespondersError') })],
    ['no_stream', named('StreamNotFoundError', { code: 10_059 })],
    ['no_stream', named('NatsError', { code: '404', api_error: { err_code: 10_014 } })],
    ['not_confirmed', named('TimeoutError')],
    ['not_confirmed', named('RequestError')],
    ['not_confirmed', named('NatsError', { code: 'DISCONNECT' })],
    ['nats_failed', named('Error')],
    ['nats_failed', 'a text'],
  ])('is %s for %s', (code, cause) => {
    const error = toNatsError(cause, 'trying');
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toMatch(/^trying: ./);
  });

  it('leaves errors of this package as they are', () => {
    const error = new LineProtocolError('x', { code: 'no_stream' });
    expect(toNatsError(error, 'trying')).toBe(error);
  });
});

it("knows JetStream's numbers in the words of both clients", () => {
  expect(isNotFound({ code: 10_014 })).toBe(true);
  expect(isNotFound({ code: '404', api_error: { err_code: 10_059 } })).toBe(true);
  expect(isNotFound({ code: 10_058 })).toBe(false);
  expect(isNameInUse({ code: 10_058 })).toBe(true);
  expect(isNameInUse(undefined)).toBe(false);
});
