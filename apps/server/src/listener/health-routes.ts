import { isMoorlineError, type Logger } from '@moorline/core';
import type { FastifyInstance } from 'fastify';
import { MoorlineApiError } from '../moorline-api/error.js';
import { bearerToken } from './bearer.js';

export interface Health {
  /** Whether any machine holds this session token. */
  isSession(token: string): Promise<boolean>;
  /** Rejects when the store does not answer. */
  ready(): Promise<void>;
  /** How events come over NATS, for people: requests are answered all the same. Undefined where they do not. */
  nats(): string | undefined;
}

/** `/healthz` as GPUd agents probe it before each session, and `/readyz` for load balancers. */
export function addHealthRoutes(app: FastifyInstance, health: Health, logger: Logger): void {
  // Agents take any status but 200 for a failure, and wait for ever for an answer that does not come.
  app.get('/healthz', async (request, reply) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return reply.send({ status: 'ok' });
    const token = bearerToken(authorization);
    if (token !== undefined && (await health.isSession(token))) return reply.send({ status: 'ok' });
    throw new MoorlineApiError('the session token is not a valid one', {
      code: 'unauthorized',
      hint: 'enrol the machine again',
    });
  });
  app.get('/readyz', async (_request, reply) => {
    try {
      await health.ready();
    } catch (error) {
      logger.error({ error }, 'the store does not answer');
      throw new MoorlineApiError(`the store does not answer${isMoorlineError(error) ? ` (${error.code})` : ''}`, {
        code: 'unavailable',
        hint: 'the log of the server tells why',
        isRetryable: true,
      });
    }
    return reply.send({ status: 'ready', nats: health.nats() });
  });
}
