import { closedWith } from '../rpc/close-code.js';
import type { MessageReceiver, MessageSocket } from '../rpc/message-socket.js';
import type { ApicallerError } from '../error.js';

/** One end of a {@link createMessagePair}. */
export interface MemorySocket extends MessageSocket {
  /** Every message that this end has sent, in order. */
  readonly sent: readonly string[];
  /** Ends the connection as a close frame of this end would, with this code. */
  closeWith(code: number, reason?: string): void;
  /** Breaks the connection off: the other end gets this error, or a clean end. */
  drop(error?: ApicallerError): void;
}

/**
 * Two connected {@link MessageSocket}s in memory: what one sends the other receives, in order, a microtask later.
 *
 * Runs anywhere; nothing of it holds a process open.
 */
export function createMessagePair(): [MemorySocket, MemorySocket] {
  const a = new MemoryEnd();
  const b = new MemoryEnd();
  a.peer = b;
  b.peer = a;
  return [a, b];
}

type Item = { text: string } | { end: ApicallerError | undefined };

class MemoryEnd implements MemorySocket {
  readonly sent: string[] = [];
  peer: MemoryEnd | undefined;
  #receiver: MessageReceiver | undefined;
  readonly #queue: Item[] = [];
  #isPaused = false;
  #isScheduled = false;
  #hasEnded = false;

  /** What the other end has not read, one byte for a character. */
  get unsentBytes(): number {
    return this.peer?.waiting ?? 0;
  }

  /** Characters that have come and were not read. */
  get waiting(): number {
    return this.#queue.reduce((sum, item) => sum + ('text' in item ? item.text.length : 0), 0);
  }

  open(receiver: MessageReceiver): void {
    if (this.#receiver !== undefined) throw new TypeError('this socket is open already');
    this.#receiver = receiver;
    this.#schedule();
  }

  send(text: string, sent?: () => void): void {
    if (sent !== undefined) queueMicrotask(sent);
    if (this.#hasEnded) return;
    this.sent.push(text);
    this.peer?.push({ text });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  close(): Promise<void> {
    this.drop();
    return Promise.resolve();
  }

  closeWith(code: number, reason = ''): void {
    this.drop(closedWith(code, reason));
  }

  drop(error?: ApicallerError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.push({ end: undefined });
    const { peer } = this;
    if (peer === undefined || peer.#hasEnded) return;
    peer.#hasEnded = true;
    peer.push({ end: error });
  }

  push(item: Item): void {
    this.#queue.push(item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isPaused || this.#receiver === undefined || this.#queue.length === 0) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    while (!this.#isPaused) {
      const item = this.#queue.shift();
      if (item === undefined) return;
      if ('text' in item) this.#receiver?.message(item.text);
      else this.#receiver?.end(item.end);
    }
  }
}
