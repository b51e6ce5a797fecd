import { type Clock, systemClock, type Timer } from '@moorline/core';
import { ControlApiError } from '../../wire/error.js';
import { encodeAlive, encodeLiveEvent, type LiveTopic, topicOf } from '../../wire/live-event.js';
import { clusterOf, eventOf, type LiveChange, type LiveRights, mayHear } from './live-change.js';

/** What a feed is made from. */
export interface LiveFeedOptions {
  /** Events that are kept for those who come back. Default 10,000. */
  capacity?: number | undefined;
  /** Who may listen at once; more are refused with `unavailable`. Default 1,000. */
  maxSubscribers?: number | undefined;
  /** A subscriber that is so many events behind is cut off; it may come back for them. Default half of the capacity. */
  maxBehind?: number | undefined;
  /** Milliseconds between two signs of life. Default 15,000. */
  heartbeatMs?: number | undefined;
  /** Milliseconds after which a stream ends, so that its rights are looked at again. Default an hour. */
  lifetimeMs?: number | undefined;
  clock?: Clock | undefined;
  /** Tells this feed's event ids from those of every other; default random. */
  epoch?: string | undefined;
}

/** Who listens, and to what. */
export interface LiveSubscriber {
  rights: LiveRights;
  /** Absent = all that it may hear. */
  topics?: readonly LiveTopic[] | undefined;
  cluster?: string | undefined;
  /** The id of the last event that it had; absent = from now on. */
  after?: string | undefined;
}

/** What a feed has done. */
export interface LiveCounts {
  /** Events that were published, resets included. */
  events: number;
  /** Subscribers that were cut off because they read too slowly. */
  cutOff: number;
}

/** The changes of one server, for everybody who listens to it. */
export interface LiveFeed {
  /** Tells everybody who may hear it. Never waits for them. */
  publish(change: LiveChange): void;
  /** Changes may have been missed: everybody who listens, or comes back for what was before, is told to read everything again. */
  reset(): void;
  /** Events as they stand on the wire. @throws ControlApiError `unavailable` where too many listen, or the feed is closed. */
  subscribe(subscriber: LiveSubscriber): ReadableStream<Uint8Array>;
  /** Who listens now. */
  readonly subscribers: number;
  /** Since the start. */
  readonly counts: LiveCounts;
  /** Ends all streams. Idempotent. */
  close(): void;
}

interface Entry {
  change: LiveChange;
  /** As it stands on the wire. */
  bytes: Uint8Array;
}

/** A subscriber is a place in the ring, not a queue of its own: a slow one costs nothing. */
interface Place extends LiveSubscriber {
  /** Everything up to here was looked at. */
  seq: number;
  startedAt: number;
  /** Goes first: where it begins, or that what it missed is not known. */
  greeting: Uint8Array | undefined;
  /** A sign of life is due. */
  isDue: boolean;
  hasEnded: boolean;
  /** Set while it waits for something to happen. */
  wake: (() => void) | undefined;
  /** Closes its stream behind what is in it already. */
  finish: () => void;
}

/** Bytes that are put into a stream at once. */
const batchBytes = 64 * 1024;

export function createLiveFeed(options: LiveFeedOptions = {}): LiveFeed {
  const { clock = systemClock, capacity = 10_000, maxSubscribers = 1000, heartbeatMs = 15_000 } = options;
  const { maxBehind = Math.ceil(capacity / 2), lifetimeMs = 3_600_000 } = options;
  const epoch = options.epoch ?? crypto.randomUUID().slice(0, 8);
  const encoder = new TextEncoder();
  const ring: (Entry | undefined)[] = [];
  const places = new Set<Place>();
  /** Of the newest event; the first has 1. */
  let newest = 0;
  /** Who had less than this cannot be told what it has missed. */
  let knownSince = 0;
  let isClosed = false;
  let cutOff = 0;
  let heartbeat: Timer | undefined;

  const idOf = (seq: number): string => `${epoch}-${seq}`;

  const rouse = (place: Place): void => {
    place.wake?.();
    place.wake = undefined;
  };

  const leave = (place: Place): void => {
    place.hasEnded = true;
    places.delete(place);
    rouse(place);
    if (places.size > 0) return;
    heartbeat?.cancel();
    heartbeat = undefined;
  };

  const end = (place: Place): void => {
    if (!place.hasEnded) place.finish();
    leave(place);
  };

  const scheduleBeat = (): void => {
    heartbeat = clock.setTimer(heartbeatMs, () => {
      scheduleBeat();
      for (const place of places) {
        place.isDue = true;
        if (clock.monotonic() - place.startedAt >= lifetimeMs) end(place);
        else rouse(place);
      }
    });
    heartbeat.unref();
  };

  /** Where somebody begins who had this event; undefined where what followed is not known any more. */
  const resume = (after: string): number | undefined => {
    const seq = after.startsWith(`${epoch}-`) ? Number(after.slice(epoch.length + 1)) : NaN;
    return Number.isInteger(seq) && seq <= newest && seq >= Math.max(knownSince, newest - ring.length)
      ? seq
      : undefined;
  };

  /** The next events of a place, up to a batch. */
  const collect = (place: Place): Uint8Array[] => {
    const parts: Uint8Array[] = [];
    for (let length = 0; place.seq < newest && length < batchBytes;) {
      place.seq++;
      const entry = ring[(place.seq - 1) % capacity];
      if (entry === undefined || !isFor(place, entry.change)) continue;
      parts.push(entry.bytes);
      length += entry.bytes.length;
    }
    return parts;
  };

  const pull = async (place: Place, controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    while (!place.hasEnded) {
      const parts = place.greeting === undefined ? collect(place) : [place.greeting];
      if (parts.length === 0 && place.isDue) parts.push(encoder.encode(encodeAlive(idOf(place.seq))));
      place.greeting = undefined;
      place.isDue = false;
      for (const part of parts) controller.enqueue(part);
      if (parts.length > 0) return;
      await new Promise<void>((resolve) => (place.wake = resolve));
    }
  };

  return {
    publish(change) {
      if (isClosed) return;
      newest++;
      const bytes = encoder.encode(encodeLiveEvent(eventOf(change), idOf(newest)));
      ring[(newest - 1) % capacity] = { change, bytes };
      for (const place of places) {
        if (newest - place.seq > maxBehind) {
          cutOff++;
          end(place);
        } else rouse(place);
      }
    },
    reset() {
      // A number of its own, for those who had all that was before.
      newest++;
      ring[(newest - 1) % capacity] = undefined;
      knownSince = newest;
      for (const place of places) {
        place.seq = newest;
        place.greeting = encoder.encode(encodeLiveEvent({ event: 'reset', data: {} }, idOf(newest)));
        rouse(place);
      }
    },
    subscribe(subscriber) {
      if (isClosed || places.size >= maxSubscribers) throw refusal(isClosed);
      const resumed = subscriber.after === undefined ? newest : resume(subscriber.after);
      const seq = resumed ?? newest;
      const id = idOf(seq);
      const greeting = resumed === undefined ? encodeLiveEvent({ event: 'reset', data: {} }, id) : encodeAlive(id);
      const place: Place = {
        ...subscriber,
        ...{ seq, startedAt: clock.monotonic(), greeting: encoder.encode(greeting), isDue: false, hasEnded: false },
        ...{ wake: undefined, finish: () => undefined },
      };
      places.add(place);
      if (heartbeat === undefined) scheduleBeat();
      const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        place.finish = () => controller.close();
      };
      return new ReadableStream({ start, pull: (controller) => pull(place, controller), cancel: () => leave(place) });
    },
    get subscribers() {
      return places.size;
    },
    get counts() {
      return { events: newest, cutOff };
    },
    close() {
      isClosed = true;
      for (const place of places) end(place);
    },
  };
}

function refusal(isClosed: boolean): ControlApiError {
  return new ControlApiError(isClosed ? 'the server is stopping' : 'too many listen to the live channel already', {
    code: 'unavailable',
    hint: 'try again later',
    isRetryable: true,
  });
}

/** What a subscriber asked for, as far as it may hear it. */
function isFor({ rights, topics, cluster }: LiveSubscriber, change: LiveChange): boolean {
  if (topics !== undefined && !topics.includes(topicOf[change.event])) return false;
  const own = clusterOf(change);
  return (cluster === undefined || own === undefined || own === cluster) && mayHear(rights, change);
}
