import { ProxyError } from '../proxy-error.js';
import { hyperstartCodes } from './commands.js';
import { defaultMaxPacketBytes, type PacketLayout, PacketReader } from './packet-reader.js';
import { readUint32, writeUint32 } from '../uint32.js';

/** Largest packet on an agent's control socket, bytes with the header: checked when one is written, as the originals do. */
export const maxControlPacketBytes = 10_240;
/** Code and length, each an unsigned 32-bit number, big endian. */
export const controlHeaderBytes = 8;

const layout: PacketLayout = { name: 'control packet', headerBytes: controlHeaderBytes, lengthAt: 4 };
const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);

/**
 * One packet for an agent's control socket, header and payload in one buffer (docs/protocol.md, Control packets).
 *
 * @param payload bytes, or text that becomes UTF-8; nothing is added to it.
 * @throws ProxyError `message_too_large` (`message too long N`) when header and payload are more than 10,240 bytes.
 */
export function encodeControlPacket(code: number, payload: Uint8Array | string = nothing): Uint8Array {
  return packControl(code, typeof payload === 'string' ? utf8.encode(payload) : payload, zeros);
}

const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes);

/** The same in room of the caller's kind; every byte of it is written. */
export function packControl<Room extends Uint8Array>(
  code: number,
  payload: Uint8Array,
  allocate: (bytes: number) => Room,
): Room {
  const total = controlHeaderBytes + payload.length;
  if (total > maxControlPacketBytes) throw messageTooLong(total);
  const packet = allocate(total);
  writeUint32(packet, 0, code);
  writeUint32(packet, 4, total);
  packet.set(payload, controlHeaderBytes);
  return packet;
}

/** What the agent sends for bytes that it has read: their number. */
export function encodeNext(byteCount: number): Uint8Array {
  const payload = new Uint8Array(4);
  writeUint32(payload, 0, byteCount);
  return encodeControlPacket(hyperstartCodes.next, payload);
}

/** Takes one packet. The payload is a view of the bytes that were pushed: copy what is kept. */
export type ControlSink = (code: number, payload: Uint8Array) => void;

/** Cuts what comes from an agent's control socket into packets. */
export class ControlReader {
  readonly #packets: PacketReader;

  /** @param maxBytes the largest packet that is taken, bytes with the header, ≥ 8. */
  constructor(sink: ControlSink, maxBytes: number = defaultMaxPacketBytes) {
    const take = (bytes: Uint8Array, from: number, to: number): void => {
      const payloadFrom = from + controlHeaderBytes;
      sink(readUint32(bytes, from), payloadFrom === to ? nothing : bytes.subarray(payloadFrom, to));
    };
    this.#packets = new PacketReader(layout, take, maxBytes);
  }

  /** Whether a packet has begun and not ended. */
  get isInside(): boolean {
    return this.#packets.isInside;
  }

  /**
   * @param length so many bytes of the chunk have come. Default: all.
   * @throws ProxyError `message_too_large`: the stream cannot be gone on with.
   */
  push(chunk: Uint8Array, length: number = chunk.length): void {
    this.#packets.push(chunk, length);
  }
}

/** @param total bytes with the header, as the proxies count them in this text. */
export function messageTooLong(total: number): ProxyError {
  return new ProxyError(`message too long ${total}`, {
    code: 'message_too_large',
    hint: `the agent takes ${maxControlPacketBytes} bytes with the header`,
    details: { bytes: total, maxBytes: maxControlPacketBytes },
  });
}
