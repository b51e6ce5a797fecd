import compress from '@fastify/compress';
import type { FastifyInstance, FastifyRequest, onSendHookHandler, RouteOptions } from 'fastify';
import { compressedOnce } from './compressed-once.js';

/** Bytes from which on compression pays; a packet holds about as much anyway. */
const threshold = 1024;

/**
 * Compresses the longer answers of the plugins that are registered after it, for clients that ask for it, as
 * ClusterCockpit does: text, JSON and the like, gzip or deflate, level 5.
 */
export function compressAnswers(app: FastifyInstance): void {
  app
    .register(compress, {
      ...{ encodings: ['gzip', 'deflate'], threshold, zlibOptions: { level: 5 } },
      // Requests are taken as they are: a small one must not become a large one.
      globalDecompression: false,
    })
    // Behind the plugin's hook of the same kind, which adds its own to each route.
    .after(() => app.addHook('onRoute', (route) => void (route.onSend = hooksOf(route).map(whereItMayCompress))));
}

const hooksOf = ({ onSend = [] }: RouteOptions): onSendHookHandler[] => [onSend].flat() as onSendHookHandler[];

/** The plugin looks at an answer's headers before it sees that nothing is to be done: a tenth of the work of a small answer. */
function whereItMayCompress(hook: onSendHookHandler): onSendHookHandler {
  const compress = compressedOnce(hook);
  return function (request, reply, payload, done) {
    if (staysAsItIs(request, payload)) done(null, payload);
    else compress.call(this, request, reply, payload, done);
  };
}

function staysAsItIs({ raw }: FastifyRequest, payload: unknown): boolean {
  // A character has three bytes at most.
  return (
    raw.headers['accept-encoding'] === undefined || (typeof payload === 'string' && payload.length * 3 < threshold)
  );
}
