import { STATUS_CODES } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http2';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { LoginError } from '../../wire/login-error.js';

/** Codes of gRPC that decide something here. */
const grpc = {
  ok: 0,
  unknown: 2,
  permissionDenied: 7,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
};

/** What a gRPC peer makes of an HTTP status where there is no gRPC one; what is not here is unknown. */
const codeOfHttpStatus: Readonly<Record<number, number>> = {
  400: grpc.internal,
  401: grpc.unauthenticated,
  403: grpc.permissionDenied,
  404: grpc.unimplemented,
  429: grpc.unavailable,
  502: grpc.unavailable,
  503: grpc.unavailable,
  504: grpc.unavailable,
};

/** Status of a load balancer that has no HTTP/2 server behind it. */
const noHttp2Behind = 464;

/** How a stream began, where that ended it: an HTTP answer that is none of gRPC. Undefined for one that is. */
export function httpFailure(attempted: string, headers: IncomingHttpHeaders): LoginError | undefined {
  const status = Number(headers[':status'] ?? 0);
  const type = headers['content-type'] ?? '';
  const isGrpc = /^application\/grpc(?:[+;]|$)/.test(type);
  if (status === 200 && isGrpc) return undefined;
  // A gRPC server means what its status says; only what is in front of it speaks in HTTP alone.
  const code = isGrpc ? grpc.unknown : (codeOfHttpStatus[status] ?? grpc.unknown);
  const because =
    type === ''
      ? 'malformed header: missing HTTP content-type'
      : `transport: received unexpected content-type "${type}"`;
  const message = `unexpected HTTP status code received from server: ${status} (${STATUS_CODES[status] ?? ''}); ${because}`;
  return failure(attempted, { code, message, status, isNotServed: status === noHttp2Behind && type === '' });
}

/**
 * How a stream ended, from its trailers.
 *
 * @returns undefined for an end in good order.
 */
export function grpcFailure(attempted: string, trailers: IncomingHttpHeaders): LoginError | undefined {
  const text = String(trailers['grpc-status'] ?? '');
  const code = /^\d{1,3}$/.test(text) ? Number(text) : grpc.unknown;
  if (code === grpc.ok) return undefined;
  const retryAfterMs = retryDelayOf(String(trailers['grpc-status-details-bin'] ?? ''));
  return failure(attempted, { code, message: messageOf(String(trailers['grpc-message'] ?? '')), retryAfterMs });
}

interface Failure {
  code: number;
  message: string;
  status?: number;
  retryAfterMs?: number | undefined;
  isNotServed?: boolean;
}

function failure(attempted: string, { code, message, status, retryAfterMs, isNotServed = false }: Failure): LoginError {
  const isUnauthorized = code === grpc.unauthenticated || code === grpc.permissionDenied;
  const said = message || `gRPC status ${code}`;
  return new LoginError(`${attempted}: ${said}`, {
    code:
      isNotServed || code === grpc.unimplemented
        ? 'session_not_served'
        : isUnauthorized
          ? 'session_unauthorized'
          : 'session_refused',
    isRetryable: true,
    status,
    details: { grpcStatus: code, reason: said, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

/** gRPC writes what is not printable as `%XX`, of UTF-8. */
function messageOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Milliseconds of a `google.rpc.RetryInfo` among the details of a `google.rpc.Status`: its field 3 holds `Any` messages of a
 * type's URL (1) and bytes (2), those a duration (1) of seconds (1) and nanoseconds (2).
 */
function retryDelayOf(details: string): number | undefined {
  if (details === '') return undefined;
  try {
    for (const detail of fields(Buffer.from(details, 'base64'), 3)) {
      const type = fields(detail, 1)[0];
      if (type === undefined || Buffer.from(type).toString() !== 'type.googleapis.com/google.rpc.RetryInfo') continue;
      const duration = fields(fields(detail, 2)[0] ?? new Uint8Array(), 1)[0] ?? new Uint8Array();
      return numberField(duration, 1) * 1000 + numberField(duration, 2) / 1_000_000;
    }
  } catch {
    // Details that cannot be read say nothing.
  }
  return undefined;
}

function fields(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === 2) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

function numberField(message: Uint8Array, wanted: number): number {
  const reader = new BinaryReader(message);
  let value = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === 0) value = Number(reader.int64());
    else reader.skip(type, field);
  }
  return value;
}
