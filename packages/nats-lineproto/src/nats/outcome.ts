import type { PayloadReader, Reading } from './payload-reader.js';

/** A handler's answer that an event comes too early: its message is delivered again later. */
export interface NotYet {
  readonly type: 'not_yet';
  /** What is waited for, for a log. */
  readonly reason: string;
}

/**
 * What a handler returns for an event that cannot be applied before another one has been: the stop of a job whose start
 * has not come. The message comes again after a while, and again, up to a bound, so that in the end it is as if the
 * events had come in order.
 *
 * @param reason what is waited for, such as `job 4711 of fritz has not started`.
 */
export function notYet(reason: string): NotYet {
  return { type: 'not_yet', reason };
}

/** A handler's answer that an event can be applied neither now nor later. */
export interface RefusedEvent {
  readonly type: 'refused';
  /** Why, for a log and the dead letter. */
  readonly reason: string;
}

/**
 * What a handler returns for an event that is wrong: it is reported and does not come again, and its message goes to the
 * dead letters. The other events of the message are applied.
 */
export function refused(reason: string): RefusedEvent {
  return { type: 'refused', reason };
}

/** What a handler learns beside the event. */
export interface EventContext {
  readonly subject: string;
  /** How often the message has been delivered, this time included. */
  readonly delivery: number;
  /** Aborted when the consumer is closed: what a long handler waits for is not coming any more. */
  readonly signal: AbortSignal;
}

/**
 * Applies one event, at once or with a promise. It may be called again for the same event, after a crash for instance, so
 * applying it twice must be the same as once. What it throws or rejects with is reported, and never ends the consumer.
 *
 * @returns {@link notYet} for an event that comes too early, {@link refused} for one that is wrong; anything else means
 * that it has been applied.
 */
export type EventHandler<Event> = (event: Event, context: EventContext) => unknown;

/** How the events of one message went. */
export interface Handled {
  /** What the handler threw, in the order of the events. */
  readonly failures: readonly unknown[];
  /** Why the first event that came too early did. */
  readonly notYet: string | undefined;
  /** Why events were refused, in their order. */
  readonly refused: readonly string[];
}

/** A reading, or the failure of the reader: its callbacks are the user's. */
export interface ReadOut<Event> extends Reading<Event> {
  readonly failures: readonly unknown[];
}

export function readOut<Event>(read: PayloadReader<Event>, payload: Uint8Array): ReadOut<Event> {
  try {
    const { events, bad, keys } = read(payload);
    return { events, bad, keys, failures: [] };
  } catch (error) {
    return { events: [], bad: [], keys: [], failures: [error] };
  }
}

/** Hands the events to the handler one after the other; one that fails does not keep the next ones from it. */
export async function handleEvents<Event>(
  message: ReadOut<Event>,
  handler: EventHandler<Event>,
  context: EventContext,
): Promise<Handled> {
  const failures = [...message.failures];
  const refusals: string[] = [];
  let early: string | undefined;
  for (const event of message.events) {
    try {
      const outcome = await handler(event, context);
      if (isNotYet(outcome)) early ??= outcome.reason;
      if (isRefused(outcome)) refusals.push(outcome.reason);
    } catch (error) {
      failures.push(error);
    }
  }
  return { failures, notYet: early, refused: refusals };
}

function isNotYet(outcome: unknown): outcome is NotYet {
  return typeOf(outcome) === 'not_yet';
}

function isRefused(outcome: unknown): outcome is RefusedEvent {
  return typeOf(outcome) === 'refused';
}

function typeOf(outcome: unknown): unknown {
  return typeof outcome === 'object' && outcome !== null ? Reflect.get(outcome, 'type') : undefined;
}
