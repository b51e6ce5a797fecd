import { dialNats } from '@moorline/app-kit';
import { manifold, type Manifold, outputKey, worker } from '@moorline/apicaller/engine';
import { isMoorlineError, type Logger } from '@moorline/core';
import { toNatsError } from '@moorline/nats-lineproto/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsLink } from '../delivery/nats-sender.js';
import type { AgentSettings } from '../settings.js';

export const natsKey = outputKey<NatsLink>('nats');

/**
 * Holds the connection to NATS. Fails, to be started again, where no server answers at the start, and where the servers do not
 * take the credentials; these are read anew each time.
 */
export const natsManifold = (settings: AgentSettings, logger: Logger): Manifold =>
  manifold({
    async start(context) {
      const attempted = `connecting to ${settings.nats.join(', ')}`;
      const { jetstream } = await import('@nats-io/jetstream');
      const connection = await dialNats(settings, 'moorline-agent').catch((error: unknown) => {
        throw isMoorlineError(error) ? error : toNatsError(error, attempted);
      });
      if (context.signal.aborted) await connection.close();
      context.signal.throwIfAborted();
      const state = watch(connection, logger);
      const run = async (signal: AbortSignal): Promise<void> => {
        const stop = (): void => void connection.close();
        signal.addEventListener('abort', stop, { once: true });
        const error = await connection.closed();
        signal.throwIfAborted();
        throw toNatsError(error ?? new Error('the connection was closed'), attempted);
      };
      const link: NatsLink = { connection, jetstream: jetstream(connection), life: () => state.life?.signal };
      return worker(run, {
        output: link,
        report: () => ({ server: connection.getServer(), isConnected: state.life !== undefined, breaks: state.breaks }),
      });
    },
    outputs: ({ output }) => [natsKey.provide(output)],
  });

interface LinkState {
  /** Of the connection of now; undefined while there is none. */
  life: AbortController | undefined;
  /** How often the connection broke off. */
  breaks: number;
}

/** Follows what the connection says of itself, to its end. */
function watch(connection: NatsConnection, logger: Logger): LinkState {
  const state: LinkState = { life: new AbortController(), breaks: 0 };
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' && state.life !== undefined) {
        state.breaks++;
        state.life.abort();
        state.life = undefined;
        logger.warn({ server: status.server }, 'the NATS server is gone; connecting again');
      } else if (status.type === 'reconnect') {
        state.life = new AbortController();
        logger.info({ server: status.server }, 'connected to NATS again');
      }
    }
  })();
  return state;
}
