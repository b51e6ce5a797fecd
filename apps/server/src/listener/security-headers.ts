import type { FastifyInstance } from 'fastify';

/** The headers that ClusterCockpit puts on every answer, for the routes that are not its own. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'content-security-policy': "frame-ancestors 'none'; object-src 'none'; base-uri 'self'",
    });
    done();
  });
}
