import { dialNats, type NatsSettings } from '@moorline/app-kit';
import { isMoorlineError, type Logger } from '@moorline/core';
import { toNatsError } from '@moorline/nats-lineproto/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsLink } from './nats-sender.js';

/** A link that whoever opened it closes. */
export interface OpenNatsLink extends NatsLink {
  connection: NatsConnection;
  /** How often the connection broke off. */
  breaks(): number;
}

/**
 * Connects to NATS with the credentials as they are now.
 *
 * @throws AppError and LineProtocolError as `dialNats`: where no server answers, or none takes the credentials.
 */
export async function openNatsLink(settings: NatsSettings, logger: Logger): Promise<OpenNatsLink> {
  const { jetstream } = await import('@nats-io/jetstream');
  const connection = await dialNats(settings, 'moorline-agent').catch((error: unknown) => {
    throw isMoorlineError(error) ? error : toNatsError(error, connectingTo(settings));
  });
  const state = watch(connection, logger);
  return {
    connection,
    jetstream: jetstream(connection),
    life: () => state.life?.signal,
    breaks: () => state.breaks,
  };
}

/** The first words of what is said of a connection that failed. */
export const connectingTo = ({ nats }: NatsSettings): string => `connecting to ${nats.join(', ')}`;

interface LinkState {
  /** Of the connection of now; undefined while there is none. */
  life: AbortController | undefined;
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
