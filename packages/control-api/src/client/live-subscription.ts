import type { LiveEvent, LiveTopic } from '../wire/live-event.js';

/** How to listen. */
export interface LiveOptions {
  /** Only these; absent = all that the asking one may see. */
  topics?: readonly LiveTopic[] | undefined;
  /** Only of this cluster. */
  cluster?: string | undefined;
  /** Begin behind this event: the `position` of an earlier subscription. Absent = with what happens from now on. */
  after?: string | undefined;
  /** Ends the subscription with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds of silence after which the connection is taken for dead; the server says something every 15 s. Default 45,000;
   * 0 turns it off.
   */
  silenceMs?: number | undefined;
  /** Milliseconds for one attempt to connect. Default 30,000; 0 turns the deadline off. */
  connectTimeoutMs?: number | undefined;
  /** How long to wait between attempts: back-off of `@moorline/core`. Default 200 ms to 30 s. */
  minDelayMs?: number | undefined;
  maxDelayMs?: number | undefined;
  /** Told of every change of the connection: what a page shows as online and offline. */
  onState?: ((state: LiveState) => void) | undefined;
}

/** How a subscription stands. */
export type LiveState =
  /** Nobody has begun to read it. */
  | { state: 'idle' }
  | { state: 'connecting' }
  /** What happens from now on arrives. */
  | { state: 'open' }
  /** The connection was lost, or never made; the next attempt comes after `delayMs`. */
  | { state: 'waiting'; error: unknown; delayMs: number }
  /** It has ended: closed, or by `error`. */
  | { state: 'closed'; error?: unknown };

/**
 * Events as they come: `for await (const event of subscription)`. It connects when the loop begins. The loop ends when the subscription
 * is closed, and throws what ended it otherwise: the server's refusal, or the reason of the signal. There is one loop in a
 * subscription's life; a reader that does not come for its events slows the server down, which cuts it off, and it goes on behind the
 * last event that it had.
 */
export interface LiveSubscription extends AsyncIterable<LiveEvent>, AsyncDisposable {
  /** How it stands now. */
  readonly state: LiveState;
  /** Up to where everything was read, once anything was; give it as `after` to go on there. */
  readonly position: string | undefined;
  /** Ends the loop and the connection. Idempotent. */
  close(): void;
}
