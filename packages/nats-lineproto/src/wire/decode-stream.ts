import { LineProtocolError } from '../errors.js';
import { type BigintDecodeOptions, createBuilder, type Entry, type NumberDecodeOptions } from './decode.js';
import { EntryReader } from './entry-reader.js';
import { LF } from './byte-classes.js';

/** Options of {@link decodeStream} beside those of `decode`. */
export interface StreamLimits {
  /**
   * The longest entry, in bytes, that is waited for; 1 or more. Bounds the memory that an unterminated string can take.
   * Default 67,108,864 (64 MiB).
   */
  maxEntryBytes?: number | undefined;
}

/** Below this size an entry that is still incomplete is looked at again with every chunk that holds a line feed. */
const eagerBytes = 65_536;

/**
 * Decodes line protocol that arrives in pieces cut anywhere, inside a character, an escape or a string too: yields what
 * `decode` yields for the whole, each entry as soon as a byte behind it has come. An entry that spans many chunks is tried
 * again when it has grown by half, so that the work stays in proportion to the input.
 *
 * @throws LineProtocolError `entry_too_long`; and whatever `chunks` throws. Faults of the text are yielded.
 */
export function decodeStream(
  chunks: AsyncIterable<Uint8Array>,
  options: NumberDecodeOptions & StreamLimits,
): AsyncGenerator<Entry<number | bigint>, void, undefined>;
export function decodeStream(
  chunks: AsyncIterable<Uint8Array>,
  options?: BigintDecodeOptions & StreamLimits,
): AsyncGenerator<Entry, void, undefined>;
export async function* decodeStream(
  chunks: AsyncIterable<Uint8Array>,
  options: (NumberDecodeOptions | BigintDecodeOptions) & StreamLimits = {},
): AsyncGenerator<Entry<number | bigint>, void, undefined> {
  const maxEntryBytes = options.maxEntryBytes ?? 67_108_864;
  if (!(maxEntryBytes >= 1)) {
    throw new LineProtocolError(`maxEntryBytes is ${maxEntryBytes}: it must be 1 or more`, { code: 'invalid_option' });
  }
  const reader = new EntryReader(options);
  const builder = createBuilder(options);
  const pending = new PendingBytes();

  function* readAll(isLast: boolean): Generator<Entry<number | bigint>, void, undefined> {
    reader.setInput(pending.bytes, pending.length, isLast);
    builder.setInput(pending.bytes, pending.length);
    for (;;) {
      const result = reader.next();
      if (result === 'entry') yield builder.build(reader);
      else if (result === 'error' && reader.error !== undefined) yield reader.error;
      else break;
    }
    const read = reader.pos;
    reader.dropRead();
    pending.drop(read);
  }

  let nextTry = 0;
  for await (const chunk of chunks) {
    pending.append(chunk);
    if (chunk.includes(LF) && (pending.length >= nextTry || pending.length > maxEntryBytes)) {
      yield* readAll(false);
      nextTry = pending.length < eagerBytes ? 0 : pending.length * 1.5;
    }
    if (pending.length > maxEntryBytes) {
      throw new LineProtocolError(`an entry is longer than ${maxEntryBytes} bytes`, {
        code: 'entry_too_long',
        hint: 'A string without its closing quote takes in everything behind it; maxEntryBytes raises the bound.',
        details: { maxEntryBytes },
      });
    }
  }
  yield* readAll(true);
}

/** Bytes that have come and are not decoded yet, in one piece. */
class PendingBytes {
  bytes = new Uint8Array(0);
  length = 0;

  append(chunk: Uint8Array): void {
    if (this.length + chunk.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + chunk.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(chunk, this.length);
    this.length += chunk.length;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }
}
