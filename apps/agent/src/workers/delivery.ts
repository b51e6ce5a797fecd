import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { createCcClient } from '@moorline/cc-api';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import type { Bell } from '../bell.js';
import { createDelivery } from '../delivery/delivery.js';
import { createNatsSender, natsSubjects } from '../delivery/nats-sender.js';
import { createRestSender } from '../delivery/rest-sender.js';
import { wasDescribed } from '../described-mark.js';
import type { AgentSettings } from '../settings.js';
import { sessionKey } from './identity.js';
import { tokenKey } from './machine-token.js';
import { natsKey } from './nats.js';
import { spoolKey } from './spool.js';

/**
 * Empties the spool towards the control plane. Begins when that knows the machine: what is told of an unknown cluster is
 * refused for good.
 */
export const restDeliveryManifold = (bell: Bell, logger: Logger, clock: Clock = systemClock): Manifold =>
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

/** Messages under way at once: a stream answers each after a write to its disk. */
const natsConcurrency = 32;

/**
 * Empties the spool into the streams of NATS, also while the control plane is away. The very first time it begins, as
 * over REST, when that knows the machine.
 */
export const natsDeliveryManifold = (
  settings: AgentSettings,
  bell: Bell,
  logger: Logger,
  clock: Clock = systemClock,
): Manifold =>
  manifold({
    inputs: ['identity', 'describe', 'spool', 'nats'],
    start(context) {
      const name = context.get('identity', sessionKey).name();
      const spool = context.get('spool', spoolKey);
      const link = context.get('nats', natsKey);
      if (!wasDescribed(settings.dataDir, name)) context.get('describe');
      const send = createNatsSender({ link, subjects: natsSubjects(settings, name.cluster), logger });
      const delivery = createDelivery({ spool, send, bell, concurrency: natsConcurrency, clock, logger });
      return worker((signal) => delivery.run(signal), { report: delivery.figures });
    },
  });
