import { type Clock, TimeoutError } from '@moorline/core';
import type { CallOptions } from './call-options.js';

/** One call from its start to the first of: answer, failure, abort, deadline. The other side may answer later still. */
export class PendingCall<T> {
  /** Names the call in errors: `hello`. */
  readonly what: string;
  readonly answered: Promise<T>;
  #settle: { resolve: (value: T) => void; reject: (reason: unknown) => void } | undefined;
  #release: () => void = () => undefined;

  /** @param onTimeout told when the deadline has passed without an answer, whether or not anybody waits for it still. */
  constructor(what: string, { signal, timeoutMs = 0 }: CallOptions, clock: Clock, onTimeout: () => void) {
    this.what = what;
    this.answered = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    const giveUp = () => this.#fail(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    const late = () => {
      this.#fail(new TimeoutError(what, timeoutMs));
      onTimeout();
    };
    const timer = timeoutMs > 0 ? clock.setTimer(timeoutMs, late) : undefined;
    this.#release = () => {
      timer?.cancel();
      signal?.removeEventListener('abort', giveUp);
    };
  }

  /** Whether nobody waits for the answer any more. */
  get isGivenUp(): boolean {
    return this.#settle === undefined;
  }

  /** The answer has come. @returns whether somebody waited for it. */
  answer(value: T): boolean {
    this.#release();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(value);
    return settle !== undefined;
  }

  /** The call has failed, and no answer will come. */
  fail(reason: unknown): void {
    this.#release();
    this.#fail(reason);
  }

  /** Nobody waits, and no answer will come: leaves no timer behind. */
  forget(): void {
    this.#release();
  }

  #fail(reason: unknown): void {
    this.#settle?.reject(reason);
    this.#settle = undefined;
  }
}
