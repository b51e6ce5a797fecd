import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { createCcClient } from '@moorline/cc-api';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import type { Bell } from '../bell.js';
import { createDelivery } from '../delivery/delivery.js';
import { createRestSender } from '../delivery/rest-sender.js';
import { sessionKey } from './identity.js';
import { tokenKey } from './machine-token.js';
import { spoolKey } from './spool.js';

/**
 * Empties the spool towards the control plane. Begins when that knows the machine: what is told of an unknown cluster is
 * refused for good.
 */
export const deliveryManifold = (bell: Bell, logger: Logger, clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['identity', 'machine-token', 'describe', 'spool'],
    start(context) {
      const { baseUrl } = context.get('identity', sessionKey);
      const tokens = context.get('machine-token', tokenKey);
      const spool = context.get('spool', spoolKey);
      context.get('describe');
      const client = createCcClient({
        baseUrl,
        token: () => Promise.resolve(tokens.current().token),
        retry: false,
        clock,
      });
      const send = createRestSender({ client, renewToken: tokens.renew });
      const delivery = createDelivery({ spool, send, bell, clock, logger });
      return worker((signal) => delivery.run(signal), { report: delivery.figures });
    },
  });
