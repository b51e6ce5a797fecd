import { createLoginListener, type LoginServerOptions } from '@moorline/login-client/server';
import type { FastifyInstance } from 'fastify';

/** `/api/v1/login`: where GPUd agents, and ours, enrol. The listener reads the body itself, within its own limits. */
export function addLoginRoute(app: FastifyInstance, options: LoginServerOptions): void {
  const listener = createLoginListener(options);
  app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    routes.all('/api/v1/login', (request, reply) => {
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      listener(request.raw, reply.raw);
    });
  });
}
