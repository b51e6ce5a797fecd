import { TimeoutError } from '@moorline/core';
import type { CallOptions } from './call-options.js';

/** One call from its start to the first of: answer, failure, abort, deadline. The other side may answer later still. */
export class PendingCall<T> {
  /** Names the call in errors: `hello`. */
  readonly what: string;
  readonly answered: Promise<T>;
  readonly #options: CallOptions;
  #deadline: number;
  #resolve: ((value: T) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  /** @param deadline monotonic time, looked at by whoever calls {@link expire}; Infinity for none. */
  constructor(what: string, options: CallOptions, deadline: number) {
    this.what = what;
    this.#options = options;
    this.#deadline = deadline;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    options.signal?.addEventListener('abort', this, { once: true });
  }

  /** Monotonic time; Infinity where there is none, or it has passed. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Whether nobody waits for the answer any more. */
  get isGivenUp(): boolean {
    return this.#resolve === undefined;
  }

  /** The answer has come. @returns whether somebody waited for it. */
  answer(value: T): boolean {
    const resolve = this.#resolve;
    this.#settled();
    resolve?.(value);
    return resolve !== undefined;
  }

  /** The call has failed. */
  fail(reason: unknown): void {
    const reject = this.#reject;
    this.#settled();
    reject?.(reason);
  }

  /** The deadline has passed without an answer, whether or not anybody waits for it still. */
  expire(): void {
    this.#deadline = Infinity;
    this.fail(new TimeoutError(this.what, this.#options.timeoutMs ?? 0));
  }

  /** The signal has been aborted. */
  handleEvent(): void {
    this.fail(this.#options.signal?.reason);
  }

  #settled(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#options.signal?.removeEventListener('abort', this);
  }
}
