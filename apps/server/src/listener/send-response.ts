import type { FastifyReply } from 'fastify';

/** Sends what a web-standard handler has answered; undefined is what nobody answers here. */
export async function sendResponse(reply: FastifyReply, response: Response | undefined): Promise<FastifyReply> {
  if (response === undefined) {
    reply.callNotFound();
    return reply;
  }
  return reply
    .code(response.status)
    .headers(Object.fromEntries(response.headers))
    .send(await response.text());
}
