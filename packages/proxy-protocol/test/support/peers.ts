import { closeSync, readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { untilTaken } from '../../src/fd.js';

/** Longest wait for what a test expects, milliseconds. */
const patienceMs = 15_000;

/** One end of a connection to the program under test. */
export interface Peer {
  write(bytes: Uint8Array): Promise<void> | void;
  /** So many bytes, or as many as the next message has; fewer where the stream ends first. */
  read(size: number | 'message'): Promise<Buffer>;
  /** All that is there within a short time. */
  readWithin(ms: number): Promise<Buffer>;
  halfClose(): void;
  close(): void;
}

/** A connection that is read as a stream. */
export function streamPeer(socket: Socket, headerBytes = 0): Peer {
  let received: Buffer = Buffer.alloc(0);
  let hasEnded = false;
  let wake: () => void = () => undefined;
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  socket.on('end', end).on('error', end).on('close', end);
  const take = (count: number): Buffer => {
    const taken = received.subarray(0, count);
    received = received.subarray(count);
    return taken;
  };
  return {
    write: (bytes) => void socket.write(bytes),
    async read(size) {
      for (;;) {
        const count = size === 'message' ? messageBytes(received, headerBytes) : size;
        if (received.length >= count || hasEnded) return take(count);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async readWithin(ms) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return take(received.length);
    },
    halfClose: () => void socket.end(),
    close: () => void socket.destroy(),
  };
}

/** A connection from which never more is read than is wanted, since a descriptor comes behind it. */
export class DescriptorPeer implements Peer {
  readonly fd: number;
  readonly #headerBytes: number;
  #isClosed = false;

  constructor(fd: number, headerBytes: number) {
    this.fd = fd;
    this.#headerBytes = headerBytes;
  }

  write(bytes: Uint8Array): void {
    writeSync(this.fd, bytes);
  }

  /** @returns how many bytes were taken: 0 while the other side does not read. */
  writeSome(bytes: Uint8Array): number {
    try {
      return writeSync(this.fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }

  async read(size: number | 'message'): Promise<Buffer> {
    if (size !== 'message') return this.#readBytes(size);
    const header = await this.#readBytes(this.#headerBytes);
    if (header.length < this.#headerBytes) return header;
    return Buffer.concat([header, await this.#readBytes(messageBytes(header, this.#headerBytes) - header.length)]);
  }

  async readWithin(ms: number): Promise<Buffer> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    const bytes = this.#tryRead(1024);
    return bytes === 'again' ? Buffer.alloc(0) : bytes;
  }

  halfClose(): void {
    throw new Error('no capture ends its side of a connection that descriptors come over');
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.fd);
    this.#isClosed = true;
  }

  async #readBytes(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let have = 0; have < count;) {
      const piece = await untilTaken(() => this.#tryRead(count - have));
      if (piece.length === 0) break;
      pieces.push(piece);
      have += piece.length;
    }
    return Buffer.concat(pieces);
  }

  #tryRead(count: number): Buffer | 'again' {
    const bytes = Buffer.alloc(count);
    try {
      return bytes.subarray(0, readSync(this.fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 'again';
      if (code === 'ECONNRESET') return bytes.subarray(0, 0);
      throw error;
    }
  }
}

/** What the header says, or as much as it takes to know it. */
function messageBytes(received: Uint8Array, headerBytes: number): number {
  if (received.length < headerBytes) return headerBytes;
  const view = new DataView(received.buffer, received.byteOffset);
  return headerBytes + view.getUint32(headerBytes === 8 ? 0 : 8);
}

/** Fails where the work takes too long. */
export async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${patienceMs} ms`)), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
