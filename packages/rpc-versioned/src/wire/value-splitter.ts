import { JsonScanner } from './json-scanner.js';
import { RpcError } from './rpc-error.js';

/** Largest JSON value that is taken, bytes, unless told otherwise: 64 MiB. */
export const defaultMaxValueBytes = 64 * 1024 * 1024;

/** Takes one value: what it is, and the text that it was read from. */
export type ValueSink = (value: unknown, text: string) => void;

/**
 * Cuts a byte stream into JSON values: any split, any coalescing, with or without line ends between them
 * (docs/protocol.md, Messages).
 *
 * A chunk that is one whole value, as peers send them, costs its `JSON.parse` alone; only other chunks are walked byte
 * by byte. Bytes that are not UTF-8 become U+FFFD, as in Go's decoder.
 */
export class ValueSplitter {
  readonly #sink: ValueSink;
  readonly #maxValueBytes: number;
  readonly #scanner = new JsonScanner();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #pieces: Uint8Array[] = [];
  #pendingBytes = 0;

  /** @param maxValueBytes the largest value that is taken, bytes, > 0. */
  constructor(sink: ValueSink, maxValueBytes: number = defaultMaxValueBytes) {
    this.#sink = sink;
    this.#maxValueBytes = maxValueBytes;
  }

  /** Whether a value has begun and not ended: an end of the stream now cuts it off. */
  get isInside(): boolean {
    return this.#pendingBytes > 0;
  }

  /**
   * Takes the next bytes and hands on each value that they complete.
   *
   * @throws RpcError `invalid_json` at a byte that no value can have there, `value_too_large` before more than the
   *   limit is kept. The values in front of it have been handed on; the stream cannot be gone on with.
   */
  push(chunk: Uint8Array): void {
    if (this.#pendingBytes === 0 && this.#scanner.isIdle && this.#takeWhole(chunk)) return;
    let from = 0;
    while (from < chunk.length) {
      if (this.#pendingBytes === 0) {
        from = skipBlank(chunk, from);
        if (from === chunk.length) return;
      }
      const end = this.#scan(chunk, from);
      const piece = chunk.subarray(from, end < 0 ? chunk.length : end);
      this.#checkSize(this.#pendingBytes + piece.length);
      if (end < 0) {
        if (piece.length > 0) this.#pieces.push(piece);
        this.#pendingBytes += piece.length;
        return;
      }
      from = end;
      this.#finish(piece);
    }
  }

  #takeWhole(chunk: Uint8Array): boolean {
    if (!looksWhole(chunk) || chunk.length > this.#maxValueBytes) return false;
    const text = this.#decoder.decode(chunk);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return false;
    }
    this.#sink(value, text);
    return true;
  }

  #scan(chunk: Uint8Array, from: number): number {
    try {
      return this.#scanner.scan(chunk, from);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new RpcError(message, { code: 'invalid_json', isFatal: true, cause: error });
    }
  }

  #finish(last: Uint8Array): void {
    const bytes = this.#pieces.length === 0 ? last : joined([...this.#pieces, last], this.#pendingBytes + last.length);
    this.#pieces = [];
    this.#pendingBytes = 0;
    const text = this.#decoder.decode(bytes);
    this.#sink(JSON.parse(text), text);
  }

  #checkSize(bytes: number): void {
    if (bytes <= this.#maxValueBytes) return;
    throw new RpcError(`the peer sent a value of more than ${this.#maxValueBytes} bytes`, {
      code: 'value_too_large',
      isFatal: true,
      hint: 'raise maxValueBytes if the peer is to be trusted with more',
      details: { maxValueBytes: this.#maxValueBytes },
    });
  }
}

/** Whether the chunk begins and ends as an object does: a look at two bytes that spares most failing parses. */
function looksWhole(chunk: Uint8Array): boolean {
  const last = chunk[chunk.length - 1] === 0x0a ? chunk.length - 2 : chunk.length - 1;
  return chunk[0] === 0x7b && chunk[last] === 0x7d;
}

function skipBlank(chunk: Uint8Array, from: number): number {
  let at = from;
  for (; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return at;
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
