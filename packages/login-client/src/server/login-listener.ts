import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { createByteCollector } from './byte-collector.js';
import { createLoginService, type LoginServerOptions } from './login-service.js';

/** What is needed of a request of `node:http`, `node:https` or `node:http2`. */
export interface NodeRequest extends Readable {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingHttpHeaders;
  httpVersionMajor: number;
  complete: boolean;
  socket: { remoteAddress?: string | undefined };
}

/** What is needed of a response of `node:http`, `node:https` or `node:http2`. */
export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * The answering half of a login for servers of Node, at half the cost of the web-standard handler:
 * `https.createServer(tls, createLoginListener({ store }))`, or with HTTP/2, which real agents prefer,
 * `http2.createSecureServer({ ...tls, allowHTTP1: true }, createLoginListener({ store }))`.
 */
export function createLoginListener(
  options: LoginServerOptions,
): (request: NodeRequest, response: NodeResponse) => void {
  const answer = createLoginService(options);
  const respond = async (request: NodeRequest, response: NodeResponse): Promise<void> => {
    const { status, headers, body } = await answer({
      method: request.method ?? 'GET',
      path: (request.url ?? '/').replace(/[?#].*$/, ''),
      authorization: request.headers.authorization,
      contentLength: request.headers['content-length'],
      remoteAddress: request.socket.remoteAddress,
      readBody: (maxBytes) => readBody(request, maxBytes),
    });
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!request.complete && request.httpVersionMajor === 1) response.setHeader('connection', 'close');
    response.end(body);
    if (!request.complete) discardRest(request);
  };
  return (request, response) => {
    // Fails only where the peer has left before its answer.
    respond(request, response).catch(() => request.destroy());
  };
}

function readBody(request: NodeRequest, maxBytes: number): Promise<Uint8Array> {
  const collector = createByteCollector(maxBytes);
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Uint8Array) => {
      try {
        collector.add(chunk);
      } catch (error) {
        request.removeAllListeners('data');
        reject(error);
      }
    });
    request.on('end', () => resolve(collector.whole()));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the connection closed within the request')));
  });
}

/** Reads on for a while, or the peer would see a reset instead of the answer. */
function discardRest(request: NodeRequest): void {
  let discarded = 0;
  request.on('error', () => undefined);
  request.on('data', (chunk: Uint8Array) => {
    discarded += chunk.length;
    if (discarded > mostDiscardedBytes) request.destroy();
  });
}

const mostDiscardedBytes = 8 * 1024 * 1024;
