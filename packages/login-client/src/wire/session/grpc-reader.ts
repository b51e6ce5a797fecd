import { LoginError } from '../login-error.js';
import { joinBytes } from '../join-bytes.js';

/** Largest packet of a session of version 2, bytes: 8 MiB, on either side (docs/protocol.md §8.4). */
export const maxPacketBytes = 8 * 1024 * 1024;

/** One byte (0: not compressed) and four of length, in front of every gRPC message. */
const prefixBytes = 5;

/** A gRPC message as it travels. */
export function encodeGrpcMessage(message: Uint8Array): Uint8Array {
  const { length } = message;
  const framed = new Uint8Array(prefixBytes + length);
  // A DataView would cost more than all of this.
  for (let at = 4, rest = length; rest > 0; at--, rest = Math.floor(rest / 256)) framed[at] = rest % 256;
  framed.set(message, prefixBytes);
  return framed;
}

/** Cuts the data of a gRPC stream into messages, however it was split. */
export class GrpcReader {
  readonly #maxMessageBytes: number;
  #pieces: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Bytes that the message needs with its prefix, as far as that is known. */
  #wantedBytes = prefixBytes;
  #hasPrefix = false;

  /** @param maxMessageBytes the largest message that is taken, > 0. */
  constructor(maxMessageBytes: number = maxPacketBytes) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Whether a message has begun and not ended: an end of the stream now cuts it off. */
  get isInside(): boolean {
    return this.#pendingBytes > 0;
  }

  /**
   * Takes the next bytes and hands on each message that they complete.
   *
   * @throws LoginError `bad_packet` or `packet_too_large`, the latter before more than the prefix is kept.
   */
  push(chunk: Uint8Array, sink: (message: Uint8Array) => void): void {
    let rest = this.#pendingBytes === 0 ? this.#pushWhole(chunk, sink) : chunk;
    while (rest.length > 0) {
      const piece = rest.subarray(0, this.#wantedBytes - this.#pendingBytes);
      rest = rest.subarray(piece.length);
      this.#pieces.push(piece);
      this.#pendingBytes += piece.length;
      if (this.#pendingBytes < this.#wantedBytes) return;
      if (!this.#hasPrefix) this.#readPrefix();
      if (this.#pendingBytes === this.#wantedBytes) sink(this.#take());
    }
  }

  /** Hands on the messages that the chunk has whole, which is almost all, without taking them apart. @returns the rest. */
  #pushWhole(chunk: Uint8Array, sink: (message: Uint8Array) => void): Uint8Array {
    let at = 0;
    while (chunk.length - at >= prefixBytes) {
      const length = this.#lengthOf(chunk, at);
      if (at + prefixBytes + length > chunk.length) break;
      // Plain bytes, whatever the chunk is a kind of.
      sink(new Uint8Array(chunk.buffer, chunk.byteOffset + at + prefixBytes, length));
      at += prefixBytes + length;
    }
    return at === 0 ? chunk : chunk.subarray(at);
  }

  #readPrefix(): void {
    const prefix = joinBytes(this.#pieces, prefixBytes);
    this.#wantedBytes = prefixBytes + this.#lengthOf(prefix, 0);
    this.#pieces = [prefix];
    this.#hasPrefix = true;
  }

  /** Length of the message whose prefix is there. */
  #lengthOf(bytes: Uint8Array, at: number): number {
    let length = 0;
    for (let index = at + 1; index < at + prefixBytes; index++) length = length * 256 + (bytes[index] ?? 0);
    if (bytes[at] !== 0) {
      throw new LoginError('the peer sent a compressed gRPC message', {
        code: 'bad_packet',
        hint: 'no compression was offered: the peer must send messages as they are',
      });
    }
    if (length > this.#maxMessageBytes) {
      throw new LoginError(
        `the peer sent a session packet of ${length} bytes, and ${this.#maxMessageBytes} are taken at most`,
        { code: 'packet_too_large', details: { length, maxMessageBytes: this.#maxMessageBytes } },
      );
    }
    return length;
  }

  #take(): Uint8Array {
    const whole = joinBytes(this.#pieces, this.#pendingBytes);
    this.#pieces = [];
    this.#pendingBytes = 0;
    this.#wantedBytes = prefixBytes;
    this.#hasPrefix = false;
    return whole.subarray(prefixBytes);
  }
}
