import { type Consumer, type EventHandler, jobEvents, type PayloadReader } from '@moorline/nats-lineproto/nats';
import type { EventWork } from './event-work.js';
import type { IntakeSettings } from './settings.js';

/** One kind of subject: what is in its messages, and what is done with it. */
export interface Channel<Event> {
  name: 'jobs' | 'node-states' | 'metrics';
  subject: string;
  read: PayloadReader<Event>;
  handle: EventHandler<Event>;
  /** Messages that are handled beside each other; writes that come together share one fsync. */
  concurrency: number;
}

/** Starts to consume a channel. */
export type OpenChannel = <Event>(channel: Channel<Event>) => Promise<Consumer>;

/** Opens all channels, or none. */
export async function openChannels(settings: IntakeSettings, work: EventWork, open: OpenChannel): Promise<Consumer[]> {
  const events = jobEvents({ tolerant: true });
  const consumers: Consumer[] = [];
  try {
    consumers.push(
      await open({
        ...{ name: 'jobs', subject: settings.natsJobSubject, concurrency: 1024 },
        ...{ read: events, handle: work.jobs },
      }),
    );
    consumers.push(
      await open({
        ...{ name: 'node-states', subject: settings.natsNodeStateSubject, concurrency: 64 },
        ...{ read: events, handle: work.nodeStates },
      }),
    );
    consumers.push(
      await open({
        ...{ name: 'metrics', subject: `${settings.natsMetricsSubject}.*`, concurrency: 128 },
        ...{ read: asTheyAre, handle: work.metrics },
      }),
    );
    return consumers;
  } catch (error) {
    await Promise.all(consumers.map((consumer) => consumer.close()));
    throw error;
  }
}

/** Metric lines are decoded by the rules of the REST API, which end at the first bad one. */
const asTheyAre: PayloadReader<Uint8Array> = (payload) => ({
  events: payload.length === 0 ? [] : [payload],
  bad: [],
  keys: [],
});
