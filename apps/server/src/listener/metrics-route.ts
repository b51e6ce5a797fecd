import { ControlApiError } from '@moorline/control-api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerMetrics } from '../operations/metrics.js';
import { createRouteLabels } from '../operations/route-label.js';
import { isLoopback } from './address.js';
import { pathOf } from './request-log.js';

/**
 * `/metrics` for Prometheus, and the count of every answer. It tells strangers how a site works, so it is answered only to
 * this machine itself and to the addresses that are named; what a proxy hands on is no request of this machine.
 *
 * @param readers addresses beside loopback.
 */
export function addMetricsRoute(app: FastifyInstance, metrics: ServerMetrics, readers: readonly string[]): void {
  const labelOf = createRouteLabels();
  app.addHook('onResponse', (request, reply, done) => {
    // A stream lasts as long as its reader likes.
    if (String(reply.getHeader('content-type')).startsWith('text/event-stream')) {
      done();
      return;
    }
    const route = labelOf(pathOf(request.url), request.routeOptions.url);
    metrics.answered({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
  app.get('/metrics', async (request, reply) => {
    if (!mayRead(request, readers)) {
      throw new ControlApiError(`${request.ip} may not read the metrics`, {
        code: 'forbidden',
        hint: 'read them on the machine itself, or name the address of the reader with --metrics-readers',
      });
    }
    return reply.header('content-type', metrics.contentType).send(await metrics.text());
  });
}

function mayRead({ ip, headers }: FastifyRequest, readers: readonly string[]): boolean {
  if (readers.includes(ip)) return true;
  return isLoopback(ip) && forwarding.every((name) => headers[name] === undefined);
}

/** What proxies add to what they hand on. */
const forwarding = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'];
