import { manifold, type Manifold, outputKey, worker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import { toNatsError } from '@moorline/nats-lineproto/nats';
import { connectingTo, openNatsLink } from '../delivery/nats-link.js';
import type { NatsLink } from '../delivery/nats-sender.js';
import type { AgentSettings } from '../settings.js';
import { settingsKey } from './settings.js';

export const natsKey = outputKey<NatsLink>('nats');

/**
 * Holds the connection to NATS. Fails, to be started again, where no server answers at the start, and where the servers do not
 * take the credentials; these are read anew each time.
 */
export const natsManifold = (settings: AgentSettings, logger: Logger): Manifold =>
  manifold({
    inputs: ['settings'],
    async start(context) {
      const used = { ...settings, nats: context.get('settings', settingsKey).nats };
      const link = await openNatsLink(used, logger);
      const { connection } = link;
      if (context.signal.aborted) await connection.close();
      context.signal.throwIfAborted();
      const run = async (signal: AbortSignal): Promise<void> => {
        const stop = (): void => void connection.close();
        signal.addEventListener('abort', stop, { once: true });
        const error = await connection.closed();
        signal.throwIfAborted();
        throw toNatsError(error ?? new Error('the connection was closed'), connectingTo(used));
      };
      return worker(run, {
        output: link,
        report: () => ({
          server: connection.getServer(),
          isConnected: link.life() !== undefined,
          breaks: link.breaks(),
        }),
      });
    },
    outputs: ({ output }) => [natsKey.provide(output)],
  });
