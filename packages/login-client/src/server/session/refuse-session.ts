import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { GrpcStatus, grpcTrailers } from './grpc-status.js';

/** Why a request for a session is turned down. */
export interface SessionRefusal {
  /** HTTP status. */
  status: number;
  /** `code` and `status` of the body. */
  reason: string;
  text: string;
  /** The same in version 2. */
  grpc: GrpcStatus;
  /** Seconds that the agent is to stay away at least; agents add up to five of their own. */
  retryAfterSeconds?: number;
}

export const badToken: SessionRefusal = {
  status: 401,
  reason: 'InvalidToken',
  text: 'invalid token',
  grpc: GrpcStatus.Unauthenticated,
};

/** Not the documented 500 `failed to validate token`: agents take that for a token that is no good (docs/protocol.md §8.7). */
export const storeFailed: SessionRefusal = {
  status: 503,
  reason: 'InternalFailure',
  text: 'session tokens cannot be looked up, please try again',
  grpc: GrpcStatus.Unavailable,
  retryAfterSeconds: 10,
};

export const closing: SessionRefusal = {
  status: 503,
  reason: 'Unavailable',
  text: 'this server is shutting down',
  grpc: GrpcStatus.Unavailable,
  retryAfterSeconds: 2,
};

export const tooManySessions: SessionRefusal = {
  status: 503,
  reason: 'Unavailable',
  text: 'too many sessions',
  grpc: GrpcStatus.Unavailable,
  retryAfterSeconds: 30,
};

export const badRequest = (text: string): SessionRefusal => ({
  status: 400,
  reason: 'InvalidParameter',
  text,
  grpc: GrpcStatus.InvalidArgument,
});

export const wrongMethod: SessionRefusal = {
  status: 405,
  reason: 'MethodNotAllowed',
  text: 'sessions are asked for with POST',
  grpc: GrpcStatus.Unimplemented,
};

/** Four texts, so that agents of every version can read the answer (docs/protocol.md §4.1). */
export const refusalBody = ({ reason, text }: Pick<SessionRefusal, 'reason' | 'text'>): string =>
  JSON.stringify({ code: reason, message: text, status: reason, error: text });

/** Answers in full, and lets the connection go: an agent waits for ever for an answer whose end does not come. */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, refusal: SessionRefusal): void {
  const { status, retryAfterSeconds } = refusal;
  const body = refusalBody(refusal);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(body);
  // The body of a write stream has no end.
  if (!request.complete) request.resume();
}

/** Milliseconds until a refused stream is cut whose peer leaves its own half open. */
const lingerMs = 5000;

/**
 * Refuses in **one** HEADERS frame that ends the stream: agents wait in version 2 for ever when the end comes in a frame of
 * its own (docs/protocol.md §8.1).
 */
export function refuseStream(stream: ServerHttp2Stream, { grpc, text }: Pick<SessionRefusal, 'grpc' | 'text'>): void {
  const { HTTP2_HEADER_STATUS: status, HTTP2_HEADER_CONTENT_TYPE: contentType } = constants;
  respondAtOnce(stream, { [status]: 200, [contentType]: 'application/grpc', ...grpcTrailers(grpc, text) });
}

/** Says that there is no such thing as version 2; agents go over to version 1 then. */
export function refuseVersion2(stream: ServerHttp2Stream): void {
  respondAtOnce(stream, { [constants.HTTP2_HEADER_STATUS]: 404 });
}

function respondAtOnce(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(headers, { endStream: true });
  stream.resume();
  stream.setTimeout(lingerMs, () => stream.close(constants.NGHTTP2_CANCEL));
}
