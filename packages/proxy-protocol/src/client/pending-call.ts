import { type Clock, TimeoutError, type Timer } from '@moorline/core';
import type { CallOptions } from './call-options.js';

/** One call from its start to the first of: answer, failure, abort, deadline. The other side may answer later still. */
export class PendingCall<T> {
  /** Names the call in errors: `hello`. */
  readonly what: string;
  readonly answered: Promise<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: Timer | undefined;
  #settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | undefined;

  /** @param onTimeout told when the deadline has passed without an answer, whether or not anybody waits for it still. */
  constructor(what: string, { signal, timeoutMs = 0 }: CallOptions, clock: Clock, onTimeout: () => void) {
    this.what = what;
    this.answered = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#signal = signal;
    signal?.addEventListener('abort', this, { once: true });
    if (timeoutMs <= 0) return;
    this.#timer = clock.setTimer(timeoutMs, () => {
      this.#fail(new TimeoutError(what, timeoutMs));
      onTimeout();
    });
  }

  /** Whether nobody waits for the answer any more. */
  get isGivenUp(): boolean {
    return this.#settle === undefined;
  }

  /** The answer has come. @returns whether somebody waited for it. */
  answer(value: T): boolean {
    this.forget();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(value);
    return settle !== undefined;
  }

  /** The call has failed, and no answer will come. */
  fail(reason: unknown): void {
    this.forget();
    this.#fail(reason);
  }

  /** Nobody waits, and no answer will come: leaves no timer behind. */
  forget(): void {
    this.#timer?.cancel();
    this.#signal?.removeEventListener('abort', this);
  }

  /** The signal has been aborted. */
  handleEvent(): void {
    this.#fail(this.#signal?.reason);
  }

  #fail(reason: unknown): void {
    this.#settle?.reject(reason);
    this.#settle = undefined;
  }
}
