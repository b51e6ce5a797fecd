import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** Answers an upgrade. @returns false for a path that is not its own: the socket is untouched then. */
export type AcceptUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/** Gives each upgrade to the first that takes it; one that nobody takes is answered as the plain request that it also is. */
export function addUpgrades(app: FastifyInstance, acceptors: readonly AcceptUpgrade[]): void {
  app.server.on('upgrade', (request, socket, head) => {
    if (!acceptors.some((accept) => accept(request, socket, head))) answerPlainly(app, request, socket);
  });
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
