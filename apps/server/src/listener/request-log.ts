import type { Logger } from '@moorline/core';
import type { FastifyInstance } from 'fastify';

/**
 * One line for each answered request: at debug level when it went well, so that a busy server is not a busy log; warn
 * for what the client did wrong, error for what we did; the answer carries its request id. Never headers, bodies or query strings: secrets travel there.
 */
export function logRequests(app: FastifyInstance, logger: Logger): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'debug';
    logger[level](
      {
        requestId: request.id,
        method: request.method,
        path: pathOf(request.url),
        status,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        peer: request.ip,
      },
      'answered',
    );
    done();
  });
}

/** Long enough to recognise a route; a client does not get to fill the log. */
const longestPath = 200;

/** Without the query, and cut. */
export function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return url.slice(0, mark < 0 ? longestPath : Math.min(mark, longestPath));
}
