import type { FastifyInstance } from 'fastify';
import type { Sessions } from '../sessions/sessions.js';
import { sendResponse } from './send-response.js';
import { streamed } from './streamed.js';

/**
 * Where agents dial in: `/healthz` as they probe it, their sessions (which no route sees: they are taken from the listener
 * itself), notifications and diagnostics. Call it last, since the listener's own handlers must be there.
 */
export function addSessionRoutes(app: FastifyInstance, sessions: Sessions): void {
  app.addHook('preClose', async () => sessions.close());
  app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const path of ['/healthz', '/api/v1/notification', '/api/v1/diagnostics/*']) {
      routes.all(path, async (request, reply) => sendResponse(reply, await sessions.answer(streamed(request))));
    }
  });
  sessions.attachTo(app.server);
}
