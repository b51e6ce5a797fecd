import { ByteQueue } from '../byte-queue.js';
import { ProxyError } from '../proxy-error.js';
import { readUint32 } from '../uint32.js';
import { defaultMaxBodyBytes, descriptorTag, tooLarge, type V2Compat, v2HeaderBytes } from './message.js';

export interface V2ReaderOptions {
  /** Default `2.2`. */
  compat?: V2Compat | undefined;
  /** Largest body that is taken, bytes, ≥ 0. Default: 1 MiB, for `2.0.0` just below 16 MiB. */
  maxBodyBytes?: number | undefined;
}

/** Bytes of `{"data":{"ioBase":1}}`: no body that announces a descriptor is shorter. */
const shortestBodyBytes = 21;

/** Cuts a stream into bodies of messages: any split, any coalescing (docs/protocol.md, v2 messages). */
export class V2MessageReader {
  readonly #queue = new ByteQueue();
  readonly #header = new Uint8Array(v2HeaderBytes);
  readonly #isLenient: boolean;
  readonly #maxBodyBytes: number;
  /** Of the body that is due; undefined while a header is. */
  #bodyBytes: number | undefined;

  constructor({ compat = '2.2', maxBodyBytes = defaultMaxBodyBytes[compat] }: V2ReaderOptions = {}) {
    this.#isLenient = compat === '2.0.0';
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Bytes that the header or the body lacks which is being read, once {@link read} has said that there is no message: whoever
   * reads no more than that leaves a descriptor behind the message where it is.
   */
  get wanted(): number {
    return (this.#bodyBytes ?? v2HeaderBytes) - this.#queue.have;
  }

  /**
   * Bytes that one read may take without reaching a descriptor behind the message: a header that is due with the first 21 bytes of
   * its body, as long as the shortest body that has `ioBase`. `{"success":true}` leaves room, which spares whoever reads a second read to
   * learn that there is no more.
   */
  get mostToRead(): number {
    return this.wanted + (this.#bodyBytes === undefined ? shortestBodyBytes : 0);
  }

  /** Whether there is nothing of a message: the next byte begins one. */
  get isEmpty(): boolean {
    return this.#bodyBytes === undefined && this.#queue.isEmpty;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /**
   * The next body, a view of a chunk where it lies in one; undefined while it is not all there.
   *
   * @throws ProxyError `message_too_large`, `unexpected_flags` or `desynchronized`: the stream cannot be gone on with.
   */
  read(): Uint8Array | undefined {
    if (this.#bodyBytes === undefined) {
      if (!this.#queue.fill(this.#header)) return undefined;
      this.#bodyBytes = this.#check(this.#header);
    }
    const body = this.#queue.take(this.#bodyBytes);
    if (body !== undefined) this.#bodyBytes = undefined;
    return body;
  }

  /** What it means that the stream ends here: in a header, in a body, or, as every connection ends, between messages. */
  ended(): ProxyError {
    const have = this.#queue.have;
    if (this.#bodyBytes !== undefined) {
      const message = `the stream ended within a body: ${have} of ${this.#bodyBytes} bytes`;
      return new ProxyError(message, { code: 'truncated_body', isFatal: true, text: 'EOF' });
    }
    if (have > 0) {
      const message = `the stream ended within a header: ${have} of ${v2HeaderBytes} bytes`;
      return new ProxyError(message, {
        code: 'truncated_header',
        isFatal: true,
        text: "couldn't read the full header",
      });
    }
    return new ProxyError('the other side ended the connection', {
      code: 'connection_ended',
      isFatal: true,
      text: 'EOF',
    });
  }

  #check(header: Uint8Array): number {
    const bytes = readUint32(header, 0);
    const flags = readUint32(header, 4);
    if (header[0] === descriptorTag && bytes > this.#maxBodyBytes) {
      throw new ProxyError('the tag of a descriptor stands where a header is due', {
        code: 'desynchronized',
        isFatal: true,
        hint: 'proxies of 2.1.0-rc.1 to rc.4 send the descriptor first: they are not supported',
      });
    }
    if (bytes > this.#maxBodyBytes) throw tooLarge(bytes, this.#maxBodyBytes, true);
    if (flags !== 0 && !this.#isLenient) {
      throw new ProxyError(`unexpected flags: 0x${flags.toString(16)}`, {
        code: 'unexpected_flags',
        isFatal: true,
        details: { flags },
      });
    }
    return bytes;
  }
}
