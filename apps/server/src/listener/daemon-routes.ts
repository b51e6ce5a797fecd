import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { basePaths, type Daemons } from '../daemons/daemons.js';
import { streamed } from './streamed.js';

/** `/vN/daemon`, where daemons dial in: the upgrade to a websocket, and what plain requests are told there; and `/v6/events`. */
export function addDaemonRoutes(app: FastifyInstance, daemons: Daemons): void {
  app.server.on('upgrade', (request, socket, head) => {
    if (!daemons.acceptUpgrade(request, socket, head)) answerPlainly(app, request, socket);
  });
  app.addHook('preClose', (done) => {
    daemons.close();
    done();
  });
  app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const base of basePaths) {
      routes.all(`${base}/:version(^v\\d+$)/daemon`, async ({ url, method }, reply) =>
        send(reply, daemons.answer(new Request(new URL(url, 'http://localhost'), { method }))),
      );
      routes.all(`${base}/v6/events`, async (request, reply) =>
        send(reply, await daemons.takeEvent(streamed(request))),
      );
    }
  });
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

/**
 * Node gives every request that offers an upgrade to those who take upgrades, also those of clients that would rather
 * speak HTTP/2: such an offer may be passed over. The body, which these never have, is lost.
 */
function answerPlainly(app: FastifyInstance, request: IncomingMessage, socket: Duplex): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on('error', () => socket.destroy());
  response.on('finish', () => socket.end());
  // Of the type that Node declares for it; it is the socket of the request.
  response.assignSocket(request.socket);
  app.server.emit('request', request, response);
}
