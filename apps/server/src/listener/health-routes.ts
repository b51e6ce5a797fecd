import { isMoorlineError, type Logger } from '@moorline/core';
import { ControlApiError } from '@moorline/control-api';
import type { FastifyInstance } from 'fastify';

export interface Health {
  /** Rejects when the store does not answer. */
  ready(): Promise<void>;
  /** How events come over NATS, for people: requests are answered all the same. Undefined where they do not. */
  nats(): string | undefined;
}

/** `/readyz` for load balancers. */
export function addHealthRoutes(app: FastifyInstance, health: Health, logger: Logger): void {
  app.get('/readyz', async (_request, reply) => {
    try {
      await health.ready();
    } catch (error) {
      logger.error({ error }, 'the store does not answer');
      throw new ControlApiError(`the store does not answer${isMoorlineError(error) ? ` (${error.code})` : ''}`, {
        code: 'unavailable',
        hint: 'the log of the server tells why',
        isRetryable: true,
      });
    }
    return reply.send({ status: 'ready', nats: health.nats() });
  });
}
