import { ProxyError } from '../proxy-error.js';
import { readUint32 } from '../uint32.js';

/** Where the length of a packet stands; it counts the header too. */
export interface PacketLayout {
  /** What the packets are called in errors. */
  name: string;
  headerBytes: number;
  /** Offset of the length, unsigned 32-bit, big endian. */
  lengthAt: number;
}

/** Largest packet that is taken from an agent or a client, bytes, unless told otherwise: 1 MiB. The originals have no limit. */
export const defaultMaxPacketBytes = 1024 * 1024;

/** Takes one packet: the bytes from an index to before another. They are those that were pushed: copy what is kept. */
export type PacketSink = (bytes: Uint8Array, from: number, to: number) => void;

/**
 * Cuts a byte stream into packets: any split, any coalescing.
 *
 * A packet that lies in one chunk is handed on where it lies; only one that two chunks share is copied, once. A length
 * below the header's is taken for an empty packet, as the originals take it.
 */
export class PacketReader {
  readonly #layout: PacketLayout;
  readonly #sink: PacketSink;
  readonly #maxBytes: number;
  /** The packet that has begun: the header's size until its length is known, then its own. */
  #packet: Uint8Array;
  #have = 0;

  /** @param maxBytes the largest packet that is taken, bytes with the header, ≥ the header's. */
  constructor(layout: PacketLayout, sink: PacketSink, maxBytes: number) {
    this.#layout = layout;
    this.#sink = sink;
    this.#maxBytes = maxBytes;
    this.#packet = new Uint8Array(layout.headerBytes);
  }

  /** Whether a packet has begun and not ended: an end of the stream now cuts it off. */
  get isInside(): boolean {
    return this.#have > 0;
  }

  /**
   * Takes the next bytes and hands on each packet that they complete.
   *
   * @param length so many bytes of the chunk have come.
   * @throws ProxyError `message_too_large` before more than the limit is kept. The packets in front of it have been handed
   *   on; the stream cannot be gone on with.
   */
  push(chunk: Uint8Array, length: number): void {
    const { headerBytes } = this.#layout;
    let from = this.#have === 0 ? 0 : this.#continue(chunk, length);
    while (length - from >= headerBytes) {
      const packetFrom = from;
      const to = from + this.#totalBytes(chunk, from);
      if (to > length) break;
      from = to;
      this.#sink(chunk, packetFrom, to);
    }
    if (from < length) this.#begin(chunk.subarray(from, length));
  }

  #begin(bytes: Uint8Array): void {
    const { headerBytes } = this.#layout;
    this.#packet = new Uint8Array(bytes.length < headerBytes ? headerBytes : this.#totalBytes(bytes, 0));
    this.#packet.set(bytes);
    this.#have = bytes.length;
  }

  /** @returns how much of the chunk the packet that has begun took. */
  #continue(chunk: Uint8Array, length: number): number {
    const { headerBytes } = this.#layout;
    let from = 0;
    if (this.#have < headerBytes) {
      from = this.#fill(chunk, 0, length);
      if (this.#have < headerBytes) return from;
      const header = this.#packet;
      const total = this.#totalBytes(header, 0);
      if (total > headerBytes) {
        this.#packet = new Uint8Array(total);
        this.#packet.set(header);
      }
    }
    from = this.#fill(chunk, from, length);
    if (this.#have < this.#packet.length) return from;
    const packet = this.#packet;
    this.#packet = new Uint8Array(headerBytes);
    this.#have = 0;
    this.#sink(packet, 0, packet.length);
    return from;
  }

  /** @returns where in the chunk the next byte stands that was not taken. */
  #fill(chunk: Uint8Array, from: number, length: number): number {
    const end = Math.min(length, from + this.#packet.length - this.#have);
    this.#packet.set(chunk.subarray(from, end), this.#have);
    this.#have += end - from;
    return end;
  }

  #totalBytes(bytes: Uint8Array, from: number): number {
    const { headerBytes, lengthAt, name } = this.#layout;
    const total = readUint32(bytes, from + lengthAt);
    if (total > this.#maxBytes) {
      throw new ProxyError(`the peer announced ${article(name)} of ${total} bytes (max: ${this.#maxBytes})`, {
        code: 'message_too_large',
        isFatal: true,
        details: { bytes: total, maxBytes: this.#maxBytes },
      });
    }
    return Math.max(total, headerBytes);
  }
}

const article = (name: string): string => (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`);
