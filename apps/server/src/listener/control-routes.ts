import { Readable } from 'node:stream';
import type { ControlServer } from '@moorline/control-api/server';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { webRequest } from './web-request.js';

/** `/moorline/v1/…`: what this control plane speaks beside the protocols of others. */
export function addControlRoutes(app: FastifyInstance, answer: ControlServer): void {
  app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    routes.all('/moorline/v1/*', async (request, reply) =>
      send(reply, await answer(webRequest(request), { remoteAddress: request.ip })),
    );
  });
}

/** A stream goes out as it comes, and ends with its reader. */
async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) reply.header(name, value);
  const { body } = response;
  if (body === null) return reply.send();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  return reply.send(
    isStream ? Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) : await response.text(),
  );
}
