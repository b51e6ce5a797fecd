import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { ServerError } from '../error.js';

/** What the listener shows to who connects. */
export interface Certificate {
  /** PEM: the certificate of the server, and those between it and the one that agents trust. */
  cert: string;
  /** PEM. */
  key: string;
}

export interface SecureServerOptions {
  /** Milliseconds for the handshake, and then for the headers of a request. */
  headersTimeout: number;
  keepAliveTimeout: number;
  /** Milliseconds of silence after which a connection is closed. */
  silenceTimeout: number;
}

/**
 * One port for HTTP/2 and HTTP/1.1, both over TLS: agents of GPUd need HTTP/2 to enrol their sessions, those before
 * v0.12.12 have only HTTP/1.1.
 *
 * @throws ServerError `bad_certificate`.
 */
export function secureServer(
  { cert, key }: Certificate,
  options: SecureServerOptions,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const { headersTimeout, keepAliveTimeout, silenceTimeout } = options;
  const server = open({ cert, key, handshakeTimeout: headersTimeout });
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.setTimeout(silenceTimeout, () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const closeAllConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  // Of all that Fastify and this app use of a server, this one has the same: its types do not say so.
  const asServer = Object.assign(server, {
    headersTimeout,
    keepAliveTimeout,
    closeAllConnections,
  }) as unknown as Server;
  return asServer.on('request', handler);
}

function open(options: { cert: string; key: string; handshakeTimeout: number }): Http2SecureServer {
  try {
    // Node looks for late clients this often.
    const checks = { connectionsCheckingInterval: 1000 };
    return createSecureServer({ ...options, ...checks, allowHTTP1: true, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw new ServerError(`the certificate cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'bad_certificate',
      hint: 'give --tls-cert and --tls-key in PEM form, of one pair; "moorline-server certs init" makes one',
      cause: error,
    });
  }
}
