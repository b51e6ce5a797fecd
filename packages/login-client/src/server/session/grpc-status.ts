import type { OutgoingHttpHeaders } from 'node:http';

/** gRPC statuses that a session ends or is refused with, and what agents make of them (docs/protocol.md §8.4). */
export enum GrpcStatus {
  Ok = 0,
  InvalidArgument = 3,
  Aborted = 10,
  /** Agents go over to version 1. */
  Unimplemented = 12,
  /** Agents take it for an overload. */
  Unavailable = 14,
  /** Agents record that their token is bad. */
  Unauthenticated = 16,
}

/** Trailers, or with the headers of an answer a refusal in one frame. */
export function grpcTrailers(status: GrpcStatus, text: string): OutgoingHttpHeaders {
  return { 'grpc-status': String(status), ...(text === '' ? {} : { 'grpc-message': percentEncoded(text) }) };
}

/** gRPC's own form: bytes of UTF-8 beyond the printable ones of ASCII, and the percent sign. */
const percentEncoded = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
