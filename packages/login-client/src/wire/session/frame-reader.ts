import { ShapeMismatch } from '../json-decoder.js';
import { JsonTextError } from '../json-text.js';
import { LoginError } from '../login-error.js';
import { joinBytes } from '../join-bytes.js';
import { parseFrame, type SessionFrame } from './frame.js';

/** Largest frame that is taken, bytes, unless told otherwise: 16 MiB, which is a reply of 12 MiB. */
export const defaultMaxFrameBytes = 16 * 1024 * 1024;

/**
 * Cuts a stream into frames: any split, any number in one chunk, blanks between them or none (docs/protocol.md §8.3).
 *
 * A frame ends where its last bracket closes. Inside it only quotation marks, backslashes and brackets are looked for;
 * what they enclose is judged when the frame is whole.
 */
export class FrameReader {
  readonly #maxFrameBytes: number;
  #pieces: Uint8Array[] = [];
  #pendingBytes = 0;
  #depth = 0;
  #inText = false;
  #isEscaped = false;
  /** Letters seen of a frame that is the word `null`. */
  #letters = 0;

  /** @param maxFrameBytes the largest frame that is taken, > 0. */
  constructor(maxFrameBytes: number = defaultMaxFrameBytes) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Whether a frame has begun and not ended: an end of the stream now cuts it off. */
  get isInside(): boolean {
    return this.#pendingBytes > 0;
  }

  /**
   * Takes the next bytes and hands on each frame that they complete.
   *
   * @throws LoginError `bad_frame` or `frame_too_large`. The frames in front have been handed on; the stream cannot be
   *   gone on with.
   */
  push(chunk: Uint8Array, sink: (frame: SessionFrame) => void): void {
    let from = 0;
    for (;;) {
      if (this.#pendingBytes === 0) from = skipBlanks(chunk, from);
      if (from === chunk.length) return;
      const end = this.#findEnd(chunk, from);
      const piece = chunk.subarray(from, end < 0 ? chunk.length : end);
      this.#pendingBytes += piece.length;
      if (this.#pendingBytes > this.#maxFrameBytes) throw frameTooLarge(this.#maxFrameBytes);
      this.#pieces.push(piece);
      if (end < 0) return;
      sink(this.#take());
      from = end;
    }
  }

  #take(): SessionFrame {
    const whole = joinBytes(this.#pieces, this.#pendingBytes);
    this.#pieces = [];
    this.#pendingBytes = 0;
    try {
      return parseFrame(whole);
    } catch (error) {
      if (error instanceof JsonTextError || error instanceof ShapeMismatch) throw badFrame(error.message);
      throw error;
    }
  }

  /** @returns the index behind the frame's last byte; -1 where it goes on in the next chunk. */
  #findEnd(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inText) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === 0x5c) this.#isEscaped = true;
        else if (byte === 0x22) this.#inText = false;
      } else if (this.#depth === 0 && byte !== 0x7b) {
        if (byte !== nullWord[this.#letters]) throw badFrame('a frame is an object');
        this.#letters++;
        if (this.#letters === nullWord.length) {
          this.#letters = 0;
          return at + 1;
        }
      } else if (byte === 0x22) this.#inText = true;
      else if (byte === 0x7b || byte === 0x5b) this.#depth++;
      else if (byte === 0x7d || byte === 0x5d) {
        this.#depth--;
        if (this.#depth === 0) return at + 1;
      }
    }
    return -1;
  }
}

const nullWord = [0x6e, 0x75, 0x6c, 0x6c];

function skipBlanks(chunk: Uint8Array, from: number): number {
  let at = from;
  while (at < chunk.length && blanks.has(chunk[at] ?? 0)) at++;
  return at;
}

const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);

function badFrame(reason: string): LoginError {
  return new LoginError(`the peer sent no session frame: ${reason}`, {
    code: 'bad_frame',
    hint: 'a frame is {"data":"<base64>","req_id":"<text>"}',
  });
}

function frameTooLarge(maxFrameBytes: number): LoginError {
  return new LoginError(`the peer sent a session frame of more than ${maxFrameBytes} bytes`, {
    code: 'frame_too_large',
    hint: 'raise maxFrameBytes if the peer is to be trusted with more',
    details: { maxFrameBytes },
  });
}
