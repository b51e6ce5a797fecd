import { type Clock, DeadlineWatch } from '@moorline/core';
import type { JetStreamMessage } from './connection.js';

/** Tells the server of messages whose handlers take long that they are being handled, so that it gives them to nobody else. */
export class Progress {
  readonly #everyMs: number;
  readonly #watch: DeadlineWatch;
  /** When each message is to be spoken of next, monotonic time; the earliest first, since all have the same time. */
  readonly #next = new Map<JetStreamMessage, number>();

  /** @param ackWaitMs milliseconds without a word that the server waits. Within them it is told three times. */
  constructor(clock: Clock, ackWaitMs: number) {
    this.#everyMs = ackWaitMs / 3;
    this.#watch = new DeadlineWatch(clock, (now) => this.#tell(now));
  }

  begin(message: JetStreamMessage): void {
    this.#next.set(message, this.#watch.after(this.#everyMs));
  }

  end(message: JetStreamMessage): void {
    this.#next.delete(message);
  }

  /** @returns when somebody is to be spoken of next. */
  #tell(now: number): number {
    for (const [message, at] of this.#next) {
      if (at > now) return at;
      tell(message, working);
      this.#next.delete(message);
      this.#next.set(message, now + this.#everyMs);
    }
    return Infinity;
  }
}

/** What the server is told of a message. */
export type Word = (message: JetStreamMessage) => void;

/** Where the connection is gone, what is told does not arrive: the message comes again. */
export function tell(message: JetStreamMessage, word: Word): void {
  try {
    word(message);
  } catch {
    // The consumer's next request says what is wrong with the connection.
  }
}

const working: Word = (message) => message.working();
