/**
 * One `struct msghdr` with one byte of data and room for control messages, as 64-bit little-endian Linux lays them out, in one
 * piece of memory that the kernel reads and writes. Used for one call after the other: none of them waits.
 */
export class SocketMessage {
  /** What the system call is given: the header stands first. Not from a pool and too large to be moved by the collector. */
  readonly bytes: Uint8Array = Buffer.allocUnsafeSlow(size).fill(0);
  readonly #view = new DataView(this.bytes.buffer, this.bytes.byteOffset, size);

  /** @param addressOf tells where a buffer lies. */
  constructor(addressOf: (bytes: Uint8Array) => bigint) {
    const start = addressOf(this.bytes);
    this.#setUint64(header.iov, start + BigInt(iovAt));
    this.#setUint64(header.iovLength, 1n);
    this.#setUint64(header.control, start + BigInt(controlAt));
    this.#setUint64(iovAt, start + BigInt(tagAt));
    this.#setUint64(iovAt + 8, 1n);
  }

  /** Makes it a message to be sent: `F`, and one `SCM_RIGHTS` with one descriptor. */
  holdTagAnd(fd: number): void {
    this.#setUint64(header.controlLength, BigInt(controlHeaderBytes + 8));
    this.#view.setInt32(header.flags, 0, true);
    this.bytes[tagAt] = 0x46;
    this.#setUint64(controlAt, BigInt(controlHeaderBytes + fdBytes));
    this.#view.setInt32(controlAt + 8, solSocket, true);
    this.#view.setInt32(controlAt + 12, scmRights, true);
    this.#view.setInt32(controlAt + 16, fd, true);
    this.#view.setInt32(controlAt + 20, 0, true);
  }

  /** Makes it one to be received into. */
  clear(): void {
    this.bytes.fill(0, tagAt);
    this.#setUint64(header.controlLength, BigInt(controlBytes));
    this.#view.setInt32(header.flags, 0, true);
  }

  /** The byte of data that came. */
  get tag(): number {
    return this.bytes[tagAt] ?? 0;
  }

  /** MSG_CTRUNC: the kernel had more control data than room for it, or no free descriptor. */
  get isTruncated(): boolean {
    return (this.#view.getInt32(header.flags, true) & msgCtrunc) !== 0;
  }

  /** The control messages that came. */
  get control(): DataView {
    const length = Math.min(Number(this.#view.getBigUint64(header.controlLength, true)), controlBytes);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + controlAt, length);
  }

  #setUint64(at: number, value: bigint): void {
    this.#view.setBigUint64(at, value, true);
  }
}

/** All descriptors that came, in whichever of the control messages, and how many of these there were. */
export function readControl({ control }: SocketMessage): { fds: number[]; messageCount: number } {
  const fds: number[] = [];
  let messageCount = 0;
  for (let at = 0; at + controlHeaderBytes <= control.byteLength;) {
    const length = Number(control.getBigUint64(at, true));
    if (length < controlHeaderBytes) break;
    messageCount++;
    const end = Math.min(at + length, control.byteLength);
    if (control.getInt32(at + 8, true) === solSocket && control.getInt32(at + 12, true) === scmRights) {
      for (let fd = at + controlHeaderBytes; fd + fdBytes <= end; fd += fdBytes) fds.push(control.getInt32(fd, true));
    }
    at += Math.ceil(length / 8) * 8;
  }
  return { fds, messageCount };
}

/** Offsets in `struct msghdr`. */
const header = { iov: 16, iovLength: 24, control: 32, controlLength: 40, flags: 48 } as const;
const iovAt = 56;
const tagAt = 72;
const controlAt = 80;
/** Room for twelve descriptors: more than one is refused, but those that come must be known to be closed. */
const controlBytes = 64;
const size = controlAt + controlBytes;
const controlHeaderBytes = 16;
const fdBytes = 4;

const solSocket = 1;
const scmRights = 1;
const msgCtrunc = 8;
