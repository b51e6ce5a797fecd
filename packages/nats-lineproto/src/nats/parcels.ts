import { LineProtocolError } from '../errors.js';
import { readMessages } from '../wire/messages/read-messages.js';
import { type EntryRange, splitEntries } from '../wire/split-entries.js';
import { eventId } from './event-id.js';

/** What is sent as one message. */
export interface Parcel {
  readonly data: Uint8Array;
  /** Entries in it. */
  readonly entries: number;
  readonly id?: string;
}

/** Parcels, and the entries that no message can hold. */
export interface Packed {
  readonly parcels: readonly Parcel[];
  /** Of the largest entries: the number, from 1, and its bytes. */
  readonly tooLarge: readonly { readonly entry: number; readonly bytes: number }[];
}

/** Puts as many entries as `limit` bytes hold into each message, in their order. */
export function packEntries(bytes: Uint8Array, limit: number): Packed {
  const parcels: Parcel[] = [];
  const tooLarge: { entry: number; bytes: number }[] = [];
  let open: { start: number; end: number; entries: number } | undefined;
  const close = (): void => {
    if (open !== undefined) parcels.push({ data: bytes.slice(open.start, open.end), entries: open.entries });
    open = undefined;
  };
  for (const [index, { start, end }] of splitEntries(bytes).entries()) {
    if (end - start > limit) {
      close();
      tooLarge.push({ entry: index + 1, bytes: end - start });
    } else if (open !== undefined && end - open.start <= limit) {
      open.end = end;
      open.entries++;
    } else {
      close();
      open = { start, end, entries: 1 };
    }
  }
  close();
  return { parcels, tooLarge };
}

/**
 * As {@link packEntries}, but each job event goes alone, under its id: what is published again is recognised event by
 * event.
 */
export function packEvents(bytes: Uint8Array, limit: number, subject: string): Packed {
  const parcels: Parcel[] = [];
  const tooLarge: { entry: number; bytes: number }[] = [];
  let rest: EntryRange | undefined;
  let before = 0;
  const closeRest = (): void => {
    if (rest === undefined) return;
    const first = before;
    const packed = packEntries(bytes.subarray(rest.start, rest.end), limit);
    parcels.push(...packed.parcels);
    tooLarge.push(...packed.tooLarge.map(({ entry, bytes: length }) => ({ entry: first + entry, bytes: length })));
    rest = undefined;
  };
  for (const [index, { start, end }] of splitEntries(bytes).entries()) {
    const id = idOf(bytes.subarray(start, end), subject);
    if (id === undefined) {
      if (rest === undefined) before = index;
      rest = { start: rest?.start ?? start, end };
      continue;
    }
    closeRest();
    if (end - start + idHeaderBytes(id) > limit) tooLarge.push({ entry: index + 1, bytes: end - start });
    else parcels.push({ data: bytes.slice(start, end), entries: 1, id });
  }
  closeRest();
  return { parcels, tooLarge };
}

/** The error for entries that were left out; the others have been sent. */
export function tooLargeError(subject: string, limit: number, tooLarge: Packed['tooLarge']): LineProtocolError {
  const [first] = tooLarge;
  const more = tooLarge.length > 1 ? `, and ${tooLarge.length - 1} more are too large` : '';
  return new LineProtocolError(
    `entry ${first?.entry} for ${subject} has ${first?.bytes} bytes, a message at most ${limit}${more}`,
    {
      code: 'payload_too_large',
      hint: 'Raise max_payload of the server; the other entries have been published.',
      details: { subject, limit, entries: tooLarge.slice(0, 100) },
    },
  );
}

function idOf(entry: Uint8Array, subject: string): string | undefined {
  if (!mayBeJobEvent(entry)) return undefined;
  const [message] = readMessages(entry);
  return message?.type === 'start_job' || message?.type === 'stop_job' ? eventId(subject, message) : undefined;
}

/** Metric lines are many: few of them begin like a job event. */
function mayBeJobEvent(entry: Uint8Array): boolean {
  const [first, second] = entry;
  return (first === 0x6a && second === 0x6f) || (first === 0x73 && second === 0x74) || !isLetter(first);
}

/** Anything else can be a blank or a comment before the measurement. */
function isLetter(byte = 0): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

/** `NATS/1.0`, `Nats-Msg-Id: …` and their line ends, which count as payload. */
function idHeaderBytes(id: string): number {
  return 28 + new TextEncoder().encode(id).length;
}
