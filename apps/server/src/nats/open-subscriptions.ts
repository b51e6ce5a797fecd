import type { Logger } from '@moorline/core';
import { consume, type ReportListener } from '@moorline/nats-lineproto/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Channel, OpenChannel } from './channels.js';
import type { IntakeSettings } from './settings.js';
import { waits } from './waits.js';

/** Subscribes without JetStream: nothing is acknowledged, and nothing comes again. */
export function openSubscriptions(
  settings: IntakeSettings,
  surroundings: { connection: NatsConnection; logger: Logger; onReport: ReportListener },
): OpenChannel {
  return async <Event>({ name: _, ...channel }: Channel<Event>) => {
    const consumer = consume({
      ...channel,
      ...surroundings,
      queue: settings.natsGroup,
      notYet: waits(settings.natsWait),
    });
    // The subscription is there once the server has answered what was sent behind it.
    await surroundings.connection.flush();
    return consumer;
  };
}
