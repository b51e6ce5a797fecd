import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Bytes from which on compression pays; a packet holds about as much anyway. */
const threshold = 1024;

/**
 * Compresses the longer answers of the plugins that are registered after it, for clients that ask for it, as
 * ClusterCockpit does: text, JSON and the like, gzip or deflate, level 5.
 */
export function compressAnswers(app: FastifyInstance): void {
  app.register(compress, {
    ...{ encodings: ['gzip', 'deflate'], threshold, zlibOptions: { level: 5 } },
    // Requests are taken as they are: a small one must not become a large one.
    globalDecompression: false,
  });
}
