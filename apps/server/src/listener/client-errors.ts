import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { form } from '@moorline/app-kit';
import type { Logger } from '@moorline/core';
import { ControlApiError } from '@moorline/control-api';
import type { ConnectionError } from 'fastify';
import type { ListenerLimits } from './create-listener.js';

/**
 * Answers what is no request, or not one in time: it reaches no route and no error handler, so the answer goes straight
 * to the connection, which is closed after it.
 */
export function clientErrorHandler(limits: ListenerLimits, logger: Logger) {
  return (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const failure = clientError(error.code, limits);
    logger.warn({ status: failure.status, reason: error.code, peer: socket.remoteAddress }, 'refused');
    if (socket.writable) socket.write(rawAnswer(failure));
    socket.destroy(error);
  };
}

function clientError(reason: string, { headersTimeout, requestTimeout }: ListenerLimits): ControlApiError {
  const duration = (ms: number) => form.duration.write?.(ms) ?? `${ms}ms`;
  if (reason === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ControlApiError('the request came too slowly', {
      code: 'too_slow',
      hint: `send its headers within ${duration(Math.min(headersTimeout, requestTimeout))}, and all of it within ${duration(requestTimeout)}`,
    });
  }
  if (reason === 'HPE_HEADER_OVERFLOW') {
    return new ControlApiError('the headers of the request are too large', {
      code: 'headers_too_large',
      hint: `send ${form.size.write?.(maxHeaderSize) ?? maxHeaderSize} of headers at most`,
    });
  }
  return new ControlApiError(`this is no HTTP request (${reason})`, {
    code: 'bad_request',
    hint: 'speak HTTP/1.1 without TLS to this port, or, where it has a certificate, HTTP/1.1 or HTTP/2 with TLS',
  });
}

function rawAnswer({ status = 400, code, message, hint }: ControlApiError): string {
  const body = JSON.stringify({ code, message, hint });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
