import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import type { FastifyReply, onSendHookHandler } from 'fastify';

/** An answer as a client got it. */
interface Compressed {
  bytes: Buffer;
  headers: { 'content-encoding': string; vary: string };
}

/** Values of `accept-encoding` for which an answer is kept compressed: nearly all clients send one of three. */
const mostWishes = 4;

/**
 * Calls a hook that compresses answers once for each answer in bytes that is sent again and again, and for each wish of a
 * client: whoever keeps an answer sends the same memory each time. What is kept here goes when that memory does.
 */
export function compressedOnce(compress: onSendHookHandler): onSendHookHandler {
  const known = new WeakMap<ArrayBufferLike, Map<string, Compressed>>();
  return function (request, reply, payload, done) {
    const wish = request.headers['accept-encoding'];
    const isPlain = reply.statusCode === 200 && request.headers['x-no-compression'] === undefined;
    if (!isPlain || wish === undefined || !hasOwnMemory(payload))
      return compress.call(this, request, reply, payload, done);
    const forms = known.get(payload.buffer) ?? new Map<string, Compressed>();
    const form = forms.get(wish);
    if (form !== undefined) {
      reply.headers(form.headers);
      return done(null, form.bytes);
    }
    const onCompressed = (error?: Error | null, result?: unknown): void => {
      if (error) return done(error);
      const headers = compressionHeaders(reply);
      if (headers === undefined || forms.size >= mostWishes) return done(null, result);
      bytesOf(result).then((bytes) => {
        forms.set(wish, { bytes, headers });
        known.set(payload.buffer, forms);
        done(null, bytes);
      }, done);
    };
    compress.call(this, request, reply, payload, onCompressed);
  };
}

/** Short buffers may share theirs with others. */
function hasOwnMemory(payload: unknown): payload is Buffer {
  return Buffer.isBuffer(payload) && payload.byteLength === payload.buffer.byteLength;
}

function compressionHeaders(reply: FastifyReply): Compressed['headers'] | undefined {
  const [encoding, vary] = [reply.getHeader('content-encoding'), reply.getHeader('vary')];
  return typeof encoding === 'string' && typeof vary === 'string' ? { 'content-encoding': encoding, vary } : undefined;
}

/** The plugin makes short answers at once, longer ones as a stream. */
const bytesOf = async (result: unknown): Promise<Buffer> =>
  Buffer.isBuffer(result) ? result : buffer(result as Readable);
