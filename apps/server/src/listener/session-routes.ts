import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Sessions } from '../sessions/sessions.js';
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
      routes.all(path, async (request, reply) => send(reply, await sessions.answer(streamed(request))));
    }
  });
  sessions.attachTo(app.server);
}

async function send(reply: FastifyReply, response: Response | undefined): Promise<FastifyReply> {
  if (response === undefined) {
    reply.callNotFound();
    return reply;
  }
  return reply
    .code(response.status)
    .headers(Object.fromEntries(response.headers))
    .send(await response.text());
}
