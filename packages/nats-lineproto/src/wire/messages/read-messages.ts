import { decode, type Entry } from '../decode.js';
import type { LineError } from '../line-error.js';
import type { Point, Tag } from '../point.js';

/** What is wrong with an entry that should have been a message (docs/protocol.md §5.3). */
export type BadMessageKind =
  | 'syntax'
  | 'unknown_measurement'
  | 'missing_function'
  | 'unknown_function'
  | 'missing_event'
  | 'event_not_string'
  | 'missing_timestamp'
  | 'invalid_json'
  | 'json_not_object';

interface Envelope {
  /** The event as it came: JSON text, to be handed on byte for byte. */
  readonly json: string;
  /** The parsed event: an object of unchecked content. Integers beyond 2^53 have lost digits; {@link json} has them. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The payload's `cluster`, where it is a string. */
  readonly cluster: string | undefined;
  readonly tags: readonly Tag[];
  /** Unix nanoseconds. */
  readonly time: bigint;
  /** Whole Unix seconds, rounded down. */
  readonly seconds: number;
}

/** The start or the end of a job. */
export interface JobMessage extends Envelope {
  readonly type: 'start_job' | 'stop_job';
  /** Whether the message names its kind as ClusterCockpit reads it, by the tag `function`, or as ccMessage's own helper does, by the measurement. */
  readonly convention: 'function' | 'measurement';
  /** The payload's `jobId`, where it is an integer. */
  readonly jobId: number | undefined;
  /** The payload's `startTime` in Unix seconds, where it is an integer. */
  readonly startTime: number | undefined;
}

/** The states of nodes of one cluster. */
export interface NodeStateMessage extends Envelope {
  readonly type: 'nodestate';
}

/** An entry that is no message. The entries behind it are read all the same. */
export interface BadMessage {
  readonly type: 'bad';
  readonly kind: BadMessageKind;
  /** What is wrong, for a log. Quotes names, not payloads. */
  readonly reason: string;
  /** Which entry of the text it is, from 1. */
  readonly entry: number;
  /** Absent for `syntax`. */
  readonly measurement?: string;
  /** Where and what, for `syntax`. */
  readonly error?: LineError;
  /** What `JSON.parse` threw, for `invalid_json`. */
  readonly cause?: unknown;
}

export type Message = JobMessage | NodeStateMessage | BadMessage;

export interface ReadMessagesOptions {
  /** As in `decode`: also accept what the InfluxDB client for Go writes without tags or with empty ones. Default false. */
  tolerant?: boolean | undefined;
}

/**
 * Reads the messages of a NATS payload, or of a spooled one: every entry as a message or as a {@link BadMessage}.
 * Timestamps are nanoseconds. Never throws, whatever the bytes.
 */
export function readMessages(bytes: Uint8Array, options: ReadMessagesOptions = {}): IterableIterator<Message> {
  return new MessageIterator(decode(bytes, { tolerant: options.tolerant }));
}

/** As in `decode`: a generator would do, and costs more. */
class MessageIterator implements IterableIterator<Message> {
  readonly #entries: IterableIterator<Entry>;
  #entry = 0;

  constructor(entries: IterableIterator<Entry>) {
    this.#entries = entries;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Message, undefined> {
    const { value, done } = this.#entries.next();
    if (done === true) return { value: undefined, done: true };
    this.#entry++;
    if (value.type === 'point') return { value: readMessage(value, this.#entry), done: false };
    return {
      value: { type: 'bad', kind: 'syntax', reason: value.text, entry: this.#entry, error: value },
      done: false,
    };
  }

  return(): IteratorResult<Message, undefined> {
    this.#entries.return?.();
    return { value: undefined, done: true };
  }
}

function readMessage(point: Point, entry: number): Message {
  const type = messageType(point);
  if (type === undefined)
    return bad(point, entry, 'unknown_measurement', `measurement ${quote(point.measurement)} is no message`);
  if (type === 'job') {
    const name = point.tag('function');
    if (name === undefined) return bad(point, entry, 'missing_function', 'a job message has no tag "function"');
    return bad(point, entry, 'unknown_function', `a job message has the function ${quote(name)}`);
  }

  const event = point.field('event');
  if (event === undefined) return bad(point, entry, 'missing_event', `${type} has no field "event"`);
  if (event.kind !== 'string')
    return bad(point, entry, 'event_not_string', `the event of ${type} is of type ${event.kind}`);
  const { time, seconds, tags } = point;
  if (time === undefined || seconds === undefined)
    return bad(point, entry, 'missing_timestamp', `${type} has no timestamp`);
  const json = event.value;
  let payload: unknown;
  try {
    payload = JSON.parse(json);
  } catch (cause) {
    return { ...bad(point, entry, 'invalid_json', `the event of ${type} is no JSON`), cause };
  }
  if (!isObject(payload)) return bad(point, entry, 'json_not_object', `the event of ${type} is JSON, but no object`);

  const cluster = typeof payload['cluster'] === 'string' ? payload['cluster'] : undefined;
  if (type === 'nodestate') return { type, json, payload, cluster, tags, time, seconds };
  const convention = point.measurement === 'job' ? 'function' : 'measurement';
  const jobId = integer(payload['jobId']);
  const startTime = integer(payload['startTime']);
  return { type, convention, jobId, startTime, json, payload, cluster, tags, time, seconds };
}

function bad({ measurement }: Point, entry: number, kind: BadMessageKind, reason: string): BadMessage {
  return { type: 'bad', kind, reason, entry, measurement };
}

/** @returns `job` for a job message whose function is missing or unknown. */
function messageType(point: Point): 'start_job' | 'stop_job' | 'nodestate' | 'job' | undefined {
  switch (point.measurement) {
    case 'start_job':
    case 'stop_job':
    case 'nodestate':
      return point.measurement;
    case 'job': {
      const name = point.tag('function');
      return name === 'start_job' || name === 'stop_job' ? name : 'job';
    }
    default:
      return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function integer(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
