import type { Clock, Timer } from '@moorline/core';

/**
 * One timer for the deadlines of many calls. It stays armed when a call is answered: almost all are, long before, and a
 * timer for each would cost them more than their answers do.
 */
export class DeadlineWatch {
  readonly #clock: Clock;
  readonly #expire: (now: number) => number;
  #timer: Timer | undefined;
  #timerAt = Infinity;

  /** @param expire gives up what is late at that monotonic time, and returns the next deadline; infinite for none. */
  constructor(clock: Clock, expire: (now: number) => number) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Looks at that monotonic time at the latest. */
  add(deadline: number): void {
    if (deadline >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = deadline;
    this.#timer = this.#clock.setTimer(deadline - this.#clock.monotonic(), () => this.#look());
    this.#timer.unref();
  }

  /** Looks no more until the next deadline is added; idempotent. */
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
