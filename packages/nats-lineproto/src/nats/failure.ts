import { isLineProtocolError, LineProtocolError, type LineProtocolErrorCode } from '../errors.js';

interface Kind {
  readonly code: LineProtocolErrorCode;
  readonly hint?: string;
  readonly isRetryable?: boolean;
}

/**
 * Turns what a NATS client threw into this package's error, with the original as its cause; for what `connect` of the
 * client throws too.
 *
 * @param attempted what was tried: the first words of the message.
 * @returns codes `authorization_failed`, `permission_denied`, `no_stream`, `not_confirmed` and `nats_failed` (both worth
 * another attempt), `payload_too_large`, `connection_closed`.
 */
export function toNatsError(error: unknown, attempted: string): LineProtocolError {
  if (isLineProtocolError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const { code, ...more } = kindOf(error, reason);
  return new LineProtocolError(`${attempted}: ${reason}`, { code, cause: error, ...more });
}

/** Whether a request was refused because its stream or its consumer does not exist. */
export function isNotFound(error: unknown): boolean {
  const code = apiCode(error);
  return code === streamNotFound || code === consumerNotFound;
}

/** Whether somebody else was quicker to create it, with another configuration. */
export function isNameInUse(error: unknown): boolean {
  const code = apiCode(error);
  return code === streamNameInUse || code === consumerExists || code === consumerNameInUse;
}

const streamNotFound = 10_059;
const consumerNotFound = 10_014;
const streamNameInUse = 10_058;
const consumerExists = 10_148;
const consumerNameInUse = 10_013;

/** Version 3 has a class for each kind of failure, version 2 a code; their texts differ, so those are not looked at. */
function kindOf(error: unknown, reason: string): Kind {
  const name = property(error, 'name');
  // Of a request that failed the cause says more than the error itself.
  const cause = name === 'RequestError' ? property(property(error, 'cause'), 'name') : undefined;
  for (const word of [cause, name, property(error, 'code')]) {
    const kind = kinds.get(String(word));
    if (kind !== undefined) return kind;
  }
  if (isNotFound(error)) return noStream;
  // Version 2 has one error for each bad argument, version 3 one class for all of them.
  if (/max_payload/i.test(reason)) return tooLarge;
  return { code: 'nats_failed', isRetryable: true };
}

const noStream: Kind = {
  code: 'no_stream',
  hint: 'Create the stream with ensureStream, or start a server with JetStream (nats-server -js).',
  isRetryable: true,
};
const tooLarge: Kind = { code: 'payload_too_large', hint: 'Raise max_payload of the server.' };
const unauthorized: Kind = {
  code: 'authorization_failed',
  hint: 'Check user and password, token, NKey or credentials file of this connection.',
};
const denied: Kind = { code: 'permission_denied', hint: "Allow the subject in the user's permissions on the server." };
const unconfirmed: Kind = { code: 'not_confirmed', isRetryable: true };
const closed: Kind = { code: 'connection_closed', hint: 'Connect again: a closed connection stays closed.' };

const kinds = new Map<string, Kind>([
  ['AuthorizationError', unauthorized],
  ['UserAuthenticationExpiredError', unauthorized],
  ['AUTHORIZATION_VIOLATION', unauthorized],
  ['AUTHENTICATION_EXPIRED', unauthorized],
  ['ACCOUNT_EXPIRED', unauthorized],
  ['BAD_AUTHENTICATION', unauthorized],
  ['PermissionViolationError', denied],
  ['PERMISSIONS_VIOLATION', denied],
  ['ClosedConnectionError', closed],
  ['DrainingConnectionError', closed],
  ['CONNECTION_CLOSED', closed],
  ['CONNECTION_DRAINING', closed],
  ['MAX_PAYLOAD_EXCEEDED', tooLarge],
  ['JetStreamNotEnabled', noStream],
  ['NoRespondersError', noStream],
  ['503', noStream],
  ['TimeoutError', unconfirmed],
  ['TIMEOUT', unconfirmed],
  ['RequestError', unconfirmed],
  ['DISCONNECT', unconfirmed],
  ['CONNECTION_DISCONNECTED', unconfirmed],
]);

/** JetStream's own number of an error: `code` in version 3, `api_error.err_code` in version 2. */
function apiCode(error: unknown): unknown {
  return property(property(error, 'api_error'), 'err_code') ?? property(error, 'code');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
