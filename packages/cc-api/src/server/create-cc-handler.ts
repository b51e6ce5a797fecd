import { readAtMost } from '@moorline/core';
import { type CcServerOptions, createCcServer } from './create-cc-server.js';
import { type CcRequest, isInParts } from './exchange.js';

/** Answers one web-standard request. Never rejects. */
export type CcHandler = (
  request: Request,
  context: {
    /** The peer's address without port. */
    remoteAddress: string;
  },
) => Promise<Response>;

/** The ClusterCockpit routes as a web-standard handler: for Deno, Bun, workers, tests, and whatever takes one. */
export function createCcHandler(options: CcServerOptions): CcHandler {
  const server = createCcServer(options);
  return async (request, { remoteAddress }) => {
    const { status, headers, body } = await server(fromWeb(request, remoteAddress));
    const list = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    const init = { status, headers: list };
    if (isInParts(body)) return new Response(streamOf(body), init);
    // Browsers' types leave out bytes that are shared between threads; these are not.
    return new Response(body.length === 0 ? null : (body as NonNullable<RequestInit['body']>), init);
  };
}

/** Each part is made when there is room for it. */
function streamOf(parts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = parts[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

function fromWeb(request: Request, remoteAddress: string): CcRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    header: (name) => request.headers.get(name) ?? (name === 'host' ? url.host : undefined),
    body: (maxBytes) => readAtMost(request, maxBytes),
    remoteAddress,
    isTls: url.protocol === 'https:',
  };
}
