import { ProxyError } from '../proxy-error.js';
import { messageTooLong } from './control-packet.js';
import { defaultMaxPacketBytes, type PacketLayout, PacketReader } from './packet-reader.js';
import { readUint32, writeUint32 } from '../uint32.js';

/** Largest I/O packet, bytes with the header: checked when one is written, as the originals do. */
export const maxIoPacketBytes = 10_240;
/** Stream number, unsigned 64-bit, and length, unsigned 32-bit; both big endian. */
export const ioHeaderBytes = 12;
/** Most bytes of a stream that one packet carries. */
export const maxIoDataBytes = maxIoPacketBytes - ioHeaderBytes;

const layout: PacketLayout = { name: 'I/O packet', headerBytes: ioHeaderBytes, lengthAt: 8 };
const largestStream = 2n ** 64n - 1n;

/** One packet of a stream, as it travels on an agent's I/O socket and on a descriptor of `allocateIO` alike. */
export class IoPacket {
  /** Header and data in one piece, the length in the header true: to be passed on as it is. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Number of the stream: `ioBase` is stdin and stdout, `ioBase + 1n` stderr. */
  get stream(): bigint {
    return BigInt(readUint32(this.bytes, 0)) * 0x1_0000_0000n + BigInt(readUint32(this.bytes, 4));
  }

  /** What the stream carries; empty: its end. A view of {@link bytes}. */
  get data(): Uint8Array {
    return this.bytes.subarray(ioHeaderBytes);
  }
}

/**
 * One packet, header and data in one buffer (docs/protocol.md, I/O packets).
 *
 * @param data at most 10,228 bytes; none: the end of the stream.
 * @throws ProxyError `message_too_large` (`message too long N`) for more, `invalid_option` for a number that has no place in
 *   64 bits.
 */
export function encodeIoPacket(stream: bigint, data: Uint8Array): Uint8Array {
  const total = ioHeaderBytes + data.length;
  if (total > maxIoPacketBytes) throw messageTooLong(total);
  const packet = new Uint8Array(total);
  writeIoHeader(packet, 0, stream, data.length);
  packet.set(data, ioHeaderBytes);
  return packet;
}

/** As many packets as the data needs, all in one buffer; none for no data: an end is said with {@link encodeIoPacket}. */
export function encodeIoPackets(stream: bigint, data: Uint8Array): Uint8Array {
  const packets = new Uint8Array(data.length + Math.ceil(data.length / maxIoDataBytes) * ioHeaderBytes);
  let at = 0;
  for (let from = 0; from < data.length; from += maxIoDataBytes) {
    const piece = data.subarray(from, from + maxIoDataBytes);
    writeIoHeader(packets, at, stream, piece.length);
    packets.set(piece, at + ioHeaderBytes);
    at += ioHeaderBytes + piece.length;
  }
  return packets;
}

/**
 * Writes a packet's header in front of data that already stands behind it.
 *
 * @throws ProxyError `invalid_option` for a stream number that has no place in 64 bits.
 */
export function writeIoHeader(target: Uint8Array, at: number, stream: bigint, dataBytes: number): void {
  if (stream < 0n || stream > largestStream) {
    throw new ProxyError(`stream ${stream} is not a number of 64 bits`, {
      code: 'invalid_option',
      hint: 'a stream number is what allocateIO answered as ioBase, or one more',
    });
  }
  writeUint32(target, at, Number(stream >> 32n));
  writeUint32(target, at + 4, Number(stream & 0xffff_ffffn));
  writeUint32(target, at + 8, ioHeaderBytes + dataBytes);
}

/** Takes one packet. Its bytes are a view of those that were pushed: copy what is kept. */
export type IoSink = (packet: IoPacket) => void;

/** Cuts what comes from an agent's I/O socket, or from a descriptor of `allocateIO`, into packets. */
export class IoReader {
  readonly #packets: PacketReader;

  /** @param maxBytes the largest packet that is taken, bytes with the header, ≥ 12. */
  constructor(sink: IoSink, maxBytes: number = defaultMaxPacketBytes) {
    const take = (bytes: Uint8Array, from: number, to: number): void => {
      const packet = to - from === bytes.length ? bytes : bytes.subarray(from, to);
      sink(new IoPacket(withTrueLength(packet)));
    };
    this.#packets = new PacketReader(layout, take, maxBytes);
  }

  /** Whether a packet has begun and not ended. */
  get isInside(): boolean {
    return this.#packets.isInside;
  }

  /** @throws ProxyError `message_too_large`: the stream cannot be gone on with. */
  push(chunk: Uint8Array): void {
    this.#packets.push(chunk, chunk.length);
  }
}

/** A length below the header's becomes the header's own, in a copy: what was pushed is not ours to change. */
function withTrueLength(packet: Uint8Array): Uint8Array {
  if (readUint32(packet, 8) === packet.length) return packet;
  const repaired = Uint8Array.from(packet);
  writeUint32(repaired, 8, packet.length);
  return repaired;
}
