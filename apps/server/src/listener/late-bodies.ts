import type { IncomingMessage } from 'node:http';
import { type Logger, systemClock } from '@moorline/core';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { clientErrorHandler } from './client-errors.js';
import type { ListenerLimits } from './create-listener.js';

/**
 * Answers 408 where a body does not come in time. Node has a limit of its own, for all requests of a server: it would end
 * the sessions of agents, whose requests go on for as long as they live.
 */
export function refuseLateBodies(app: FastifyInstance, limits: ListenerLimits, logger: Logger): void {
  const refuse = clientErrorHandler(limits, logger);
  const late: Pick<ConnectionError, 'code'> = Object.assign(new Error('the body is late'), {
    code: 'ERR_HTTP_REQUEST_TIMEOUT',
  });
  app.addHook('onRequest', ({ raw }, reply, done) => {
    if (hasBody(raw)) {
      const timer = systemClock.setTimer(limits.requestTimeout, () => {
        // A stream of HTTP/2 is no socket to write to: its end says enough.
        if (raw.httpVersionMajor === 1 && !reply.raw.headersSent) refuse(late as ConnectionError, raw.socket);
        else raw.destroy();
      });
      timer.unref();
      const cancel = (): void => timer.cancel();
      raw.once('end', cancel);
      raw.once('close', cancel);
    }
    done();
  });
}

const hasBody = ({ headers, method }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] ?? '0') !== '0' ||
  (headers[':method'] !== undefined && method !== 'GET' && method !== 'HEAD');
