import type { Clock, Timer } from './clock.js';

/**
 * One timer for the deadlines of many calls. It is left to run when an answer comes in time, as almost all do: a timer for each call
 * costs more than the rest of the wait.
 */
export class DeadlineWatch {
  readonly #clock: Clock;
  readonly #expire: (now: number) => number;
  #timer: Timer | undefined;
  #timerAt = Infinity;

  /** @param expire gives up what is late at that monotonic time, and returns the next deadline; Infinity where there is none. */
  constructor(clock: Clock, expire: (now: number) => number) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /**
   * A new deadline, which is watched.
   *
   * @param timeoutMs milliseconds from now; 0 for none.
   * @returns monotonic time; Infinity for none.
   */
  after(timeoutMs: number): number {
    if (timeoutMs <= 0) return Infinity;
    const deadline = this.#clock.monotonic() + timeoutMs;
    this.add(deadline);
    return deadline;
  }

  /** Looks at that monotonic time at the latest; Infinity is never. */
  add(deadline: number): void {
    if (deadline >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = deadline;
    this.#timer = this.#clock.setTimer(deadline - this.#clock.monotonic(), () => this.#look());
    this.#timer.unref();
  }

  /** Looks no more, until there is a new deadline; idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = Infinity;
  }

  #look(): void {
    this.close();
    this.add(this.#expire(this.#clock.monotonic()));
  }
}
