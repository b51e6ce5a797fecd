import { createByteCollector } from './byte-collector.js';
import { createLoginService, type LoginServerOptions } from './login-service.js';

/** What the listener knows beside the request. */
export interface LoginContext {
  /** Address of the peer; behind a proxy that of its client. */
  remoteAddress?: string | undefined;
}

/** Answers a login; never rejects. */
export type LoginHandler = (request: Request, context?: LoginContext) => Promise<Response>;

/**
 * The answering half of a login as a web-standard handler, for any framework that knows `Request` and `Response`. Every
 * answer is JSON; the texts, statuses and the order of checks are those that real agents know (docs/protocol.md §4).
 */
export function createLoginHandler(options: LoginServerOptions): LoginHandler {
  const answer = createLoginService(options);
  return async (request, context = {}) => {
    const { status, headers, body } = await answer({
      method: request.method,
      path: new URL(request.url).pathname,
      authorization: request.headers.get('authorization'),
      contentLength: request.headers.get('content-length'),
      remoteAddress: context.remoteAddress,
      readBody: (maxBytes) => readBody(request, maxBytes),
    });
    return new Response(body, { status, headers: { ...headers } });
  };
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const collector = createByteCollector(maxBytes);
  if (request.body === null) return collector.whole();
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return collector.whole();
      collector.add(value);
    }
  } finally {
    reader.releaseLock();
  }
}
