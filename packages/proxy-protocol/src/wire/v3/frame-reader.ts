import { ByteQueue } from '../byte-queue.js';
import { ProxyError } from '../proxy-error.js';
import { decodeFrameHeader, defaultMaxPayloadBytes, type Frame, frameHeaderBytes, type FrameHeader } from './frame.js';

/** Cuts a stream into frames: any split, any coalescing (docs/protocol.md, v3 frames). */
export class FrameReader {
  readonly #queue = new ByteQueue();
  readonly #headerBytes = new Uint8Array(frameHeaderBytes);
  readonly #maxPayloadBytes: number;
  #header: FrameHeader | undefined;

  /** @param maxPayloadBytes the largest payload that is taken, ≥ 0. */
  constructor(maxPayloadBytes: number = defaultMaxPayloadBytes) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /**
   * The next frame, its payload a view of a chunk where it lies in one; undefined while it is not all there.
   *
   * @throws ProxyError `bad_frame` or `message_too_large`: the stream cannot be gone on with.
   */
  read(): Frame | undefined {
    if (this.#header === undefined) {
      if (!this.#queue.fill(this.#headerBytes)) return undefined;
      this.#header = decodeFrameHeader(this.#headerBytes, this.#maxPayloadBytes);
    }
    const header = this.#header;
    if (header.extraBytes > 0) {
      if (this.#queue.take(header.extraBytes) === undefined) return undefined;
      header.extraBytes = 0;
    }
    const payload = this.#queue.take(header.payloadBytes);
    if (payload === undefined) return undefined;
    this.#header = undefined;
    header.frame.payload = payload;
    return header.frame;
  }

  /** What it means that the stream ends here: in a header, in a payload, or, as every connection ends, between frames. */
  ended(): ProxyError {
    if (this.#header !== undefined) {
      const message = `the stream ended within a frame of ${this.#header.payloadBytes} bytes`;
      return new ProxyError(message, { code: 'truncated_body', isFatal: true, text: 'EOF' });
    }
    const { have } = this.#queue;
    if (have > 0) {
      const message = `the stream ended within a header: ${have} of ${frameHeaderBytes} bytes`;
      const text = "frame: couldn't read the full header";
      return new ProxyError(message, { code: 'truncated_header', isFatal: true, text });
    }
    const message = 'the other side ended the connection';
    return new ProxyError(message, { code: 'connection_ended', isFatal: true, text: 'EOF' });
  }
}
