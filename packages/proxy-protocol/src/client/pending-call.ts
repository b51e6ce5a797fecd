import { TimeoutError } from '@moorline/core';
import type { CallOptions } from './call-options.js';

/** A call without what it results in, for lists of any. */
export type AnyCall<Answer> = Omit<PendingCall<Answer, unknown>, 'answered'>;

/** One call from its start to the first of: answer, failure, abort, deadline. The other side may answer later still. */
export class PendingCall<Answer, Result> {
  /** Names the call in errors: `hello`. */
  readonly what: string;
  readonly answered: Promise<Result>;
  readonly #options: CallOptions;
  readonly #read: (answer: Answer) => Result;
  #deadline: number;
  #resolve: ((result: Result) => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  /**
   * @param deadline monotonic time, looked at by whoever calls {@link expire}; Infinity for none.
   * @param read makes the result of the answer, at once: what it throws, the call fails with.
   */
  constructor(what: string, options: CallOptions, deadline: number, read: (answer: Answer) => Result) {
    this.what = what;
    this.#options = options;
    this.#read = read;
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
  answer(answer: Answer): boolean {
    const resolve = this.#resolve;
    const reject = this.#reject;
    this.#settled();
    if (resolve === undefined) return false;
    try {
      resolve(this.#read(answer));
    } catch (error) {
      reject?.(error);
    }
    return true;
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
