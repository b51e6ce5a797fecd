import type { Clock, Timer } from '@moorline/core';

/** Calls `onSilence` once, when `limitMs` milliseconds have passed without a {@link touch}. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #touchedAt: number;
  #timer: Timer;

  constructor(clock: Clock, limitMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
    this.#touchedAt = clock.monotonic();
    this.#timer = this.#arm(limitMs);
  }

  touch(): void {
    this.#touchedAt = this.#clock.monotonic();
  }

  cancel(): void {
    this.#timer.cancel();
  }

  /** One timer for many touches: it looks again when it finds that there was one. */
  #arm(delayMs: number): Timer {
    return this.#clock.setTimer(delayMs, () => {
      const leftMs = this.#touchedAt + this.#limitMs - this.#clock.monotonic();
      if (leftMs > 0) this.#timer = this.#arm(leftMs);
      else this.#onSilence();
    });
  }
}
