import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { LoginHandler } from './login-handler.js';

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
  end(body: Uint8Array): unknown;
}

/**
 * Mounts a handler on a server of Node: `https.createServer(tls, toNodeListener(handler))`, or
 * `http2.createSecureServer({ ...tls, allowHTTP1: true }, toNodeListener(handler))` for agents that speak HTTP/2.
 */
export function toNodeListener(handler: LoginHandler): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => void respond(handler, request, response);
}

async function respond(handler: LoginHandler, request: NodeRequest, response: NodeResponse): Promise<void> {
  const answer = await handler(toWebRequest(request), { remoteAddress: request.socket.remoteAddress });
  const body = new Uint8Array(await answer.arrayBuffer());
  response.statusCode = answer.status;
  answer.headers.forEach((value, name) => void response.setHeader(name, value));
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader('connection', 'close');
  response.end(body);
  if (!request.complete) discardRest(request);
}

function toWebRequest(request: NodeRequest): Request {
  const { method = 'GET', url = '/', headers } = request;
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    pairs.push([name, Array.isArray(value) ? value.join(', ') : value]);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(webUrl(url), {
    method,
    headers: pairs,
    ...(hasBody ? { body: bodyStream(request), duplex: 'half' } : {}),
  });
}

/** The host plays no part; a path of two slashes must not become one. */
function webUrl(url: string): string {
  const path = url.startsWith('/') ? url : `/${url}`;
  return `http://localhost${path}`;
}

function bodyStream(request: NodeRequest): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let isOver = false;
      const finish = (end: () => void) => {
        if (!isOver) end();
        isOver = true;
      };
      request.on('data', (chunk: Uint8Array) => {
        if (isOver) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) request.pause();
      });
      request.on('end', () => finish(() => controller.close()));
      request.on('error', (error) => finish(() => controller.error(error)));
      request.on('close', () => finish(() => controller.error(new Error('the connection closed within the request'))));
      request.pause();
    },
    pull: () => void request.resume(),
  });
}

/** Reads on for a while, or the peer would see a reset instead of the answer. */
function discardRest(request: NodeRequest): void {
  let discarded = 0;
  request.on('data', (chunk: Uint8Array) => {
    discarded += chunk.length;
    if (discarded > mostDiscardedBytes) request.destroy();
  });
  request.resume();
}

const mostDiscardedBytes = 8 * 1024 * 1024;
