import type { FastifyInstance } from 'fastify';
import { basePaths, type Daemons } from '../daemons/daemons.js';
import { sendResponse } from './send-response.js';
import { streamed } from './streamed.js';

/** What plain requests are told at `/vN/daemon`, where daemons dial in; and `/v6/events`. */
export function addDaemonRoutes(app: FastifyInstance, daemons: Daemons): void {
  app.addHook('preClose', (done) => {
    daemons.close();
    done();
  });
  app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const base of basePaths) {
      routes.all(`${base}/:version(^v\\d+$)/daemon`, async ({ url, method }, reply) =>
        sendResponse(reply, daemons.answer(new Request(new URL(url, 'http://localhost'), { method }))),
      );
      routes.all(`${base}/v6/events`, async (request, reply) =>
        sendResponse(reply, await daemons.takeEvent(streamed(request))),
      );
    }
  });
}
