import { type DecodeOptions, EntryReader } from './entry-reader.js';
import type { LineError } from './line-error.js';
import type { Point } from './point.js';
import { PointBuilder, toBigint, toNumberOrBigint } from './point-builder.js';

/** What decoding yields: a point, or what was wrong with one. `type` tells them apart. */
export type Entry<Integer extends number | bigint = bigint> = Point<Integer> | LineError;

/** {@link DecodeOptions} of a caller who prefers numbers. */
export interface NumberDecodeOptions extends DecodeOptions {
  /** int and uint come as `number` where that is exact (up to 2^53), as `bigint` beyond. */
  integers: 'number';
}

/** {@link DecodeOptions} of a caller who wants every integer as `bigint`. */
export interface BigintDecodeOptions extends DecodeOptions {
  integers?: 'bigint' | undefined;
}

/**
 * Decodes line protocol: yields each entry as a point, or as the error that the reference decoder reports for it, and
 * goes on behind it. Never throws, whatever the bytes. Lazy: what is not iterated is not decoded; do not change `bytes`
 * meanwhile.
 */
export function decode(bytes: Uint8Array, options: NumberDecodeOptions): IterableIterator<Entry<number | bigint>>;
export function decode(bytes: Uint8Array, options?: BigintDecodeOptions): IterableIterator<Entry>;
export function decode(
  bytes: Uint8Array,
  options: NumberDecodeOptions | BigintDecodeOptions = {},
): IterableIterator<Entry<number | bigint>> {
  const builder = createBuilder(options);
  const reader = new EntryReader(options);
  reader.setInput(bytes, bytes.length, true);
  builder.setInput(bytes, bytes.length);
  return new EntryIterator(reader, builder);
}

/** The builder that makes integers as `options` wants them. */
export function createBuilder(options: NumberDecodeOptions | BigintDecodeOptions): PointBuilder<number | bigint> {
  return new PointBuilder<number | bigint>(options.integers === 'number' ? toNumberOrBigint : toBigint);
}

/** A generator would do, and costs more than the scanning of a line. */
class EntryIterator implements IterableIterator<Entry<number | bigint>> {
  readonly #reader: EntryReader;
  readonly #builder: PointBuilder<number | bigint>;
  #isDone = false;

  constructor(reader: EntryReader, builder: PointBuilder<number | bigint>) {
    this.#reader = reader;
    this.#builder = builder;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Entry<number | bigint>, undefined> {
    if (this.#isDone) return { value: undefined, done: true };
    const result = this.#reader.next();
    if (result === 'entry') return { value: this.#builder.build(this.#reader), done: false };
    const error = this.#reader.error;
    if (result === 'error' && error !== undefined) return { value: error, done: false };
    return this.return();
  }

  return(): IteratorResult<Entry<number | bigint>, undefined> {
    this.#isDone = true;
    return { value: undefined, done: true };
  }
}
