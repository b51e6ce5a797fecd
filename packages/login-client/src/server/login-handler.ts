import { createLoginService, type LoginServerOptions } from './login-service.js';
import { readBody } from './read-request-body.js';

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
