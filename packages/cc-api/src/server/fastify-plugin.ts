import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type CcServerOptions, createCcServer, routerOptions } from './create-cc-server.js';
import { type CcRequest, type CcResponse, isInParts } from './exchange.js';
import { pathsElsewhere } from './router.js';

/**
 * The ClusterCockpit routes as a Fastify plugin: `await app.register(ccFastifyPlugin, options)` mounts everything below
 * `/api/` and `/userapi/`, with `sessions` also `/login`, `/logout` and everything below `/config/` and `/frontend/`, and the
 * documented paths elsewhere (`/write/`). Routes that other plugins mount there (`/api/v1/login`) go before.
 *
 * Each request is answered in an `onRequest` hook: the original does not look at content types, and neither Fastify's
 * parsers nor its body limit are to come before the credential. Hooks that run before it, and `onSend` and `onResponse`,
 * see these requests as any other.
 */
export async function ccFastifyPlugin(app: FastifyInstance, options: CcServerOptions): Promise<void> {
  const server = createCcServer(options);
  app.addHook('onRequest', async (request, reply) => send(reply, await server(fromFastify(request))));
  const paths = ['/api/*', '/userapi/*', ...pathsElsewhere(routerOptions(options))];
  if (options.sessions !== undefined) paths.push('/config/*', '/frontend/*', '/login', '/logout');
  for (const path of paths) app.all(path, answeredBefore);
}

/** Fastify wants a handler for each route; the hook leaves nothing to do for it. */
function answeredBefore(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply;
}

function send(reply: FastifyReply, { status, headers, body }: CcResponse): FastifyReply {
  for (const [name, value] of Object.entries(headers)) {
    reply.header(name, typeof value === 'string' ? value : [...value]);
  }
  reply.code(status);
  // One part is made ahead of what the client has taken.
  if (isInParts(body)) return reply.send(Readable.from(body, { highWaterMark: 1 }));
  // A text goes out with the head in one write; with a serializer of its own it keeps the content type that it has.
  return reply.serializer(asItIs).send(body.length === 0 ? undefined : body);
}

function asItIs(body: unknown): string {
  return String(body);
}

function fromFastify(request: FastifyRequest): CcRequest {
  const { raw } = request;
  const url = raw.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: request.method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    header(name) {
      // HTTP/2 has no such header, and a trusted proxy may have another one.
      if (name === 'host') return request.host;
      const value = raw.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: (maxBytes) => readAtMost(raw, maxBytes),
    remoteAddress: request.ip,
    isTls: request.protocol === 'https',
  };
}

/** Reads a Node stream's bytes, undefined where there are more than `maxBytes`: the rest is left to Node to discard. */
function readAtMost(raw: FastifyRequest['raw'], maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(raw.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isWhole = false;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        raw.off('data', onData);
        raw.resume();
        resolve(undefined);
      } else {
        chunks.push(chunk);
      }
    };
    raw.on('data', onData);
    raw.once('end', () => {
      isWhole = true;
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
    });
    raw.once('error', reject);
    // Also emitted after every whole body: an error that nobody sees would cost as much as reading it.
    raw.once('close', () => {
      if (!isWhole) reject(new Error('the client went away before its body had come'));
    });
  });
}
