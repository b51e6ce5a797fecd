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

async function readAtMost(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined;
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(next.value);
  }
  return concat(chunks, length);
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
