import type { Clock, Timer } from '@moorline/core';

/** Options of {@link ReadingPace}. */
export interface ReadingPaceOptions {
  clock: Clock;
  read: () => void;
  /** Milliseconds from one reading to the next that {@link ReadingPace.soon} asked for, at least. */
  busyMs: number;
  /** Milliseconds after which it is read again where nobody asked. */
  quietMs: number;
}

/** Decides when something is read again: together what comes thick and fast, and now and then what does not come. */
export class ReadingPace {
  readonly #options: ReadingPaceOptions;
  #lastAt: number;
  #timer: Timer;
  #isAsked = false;

  /** Counts from now: whoever begins has just read. */
  constructor(options: ReadingPaceOptions) {
    this.#options = options;
    this.#lastAt = options.clock.monotonic();
    this.#timer = this.#arm(options.quietMs);
  }

  /** Something changed: reads now, or when the last reading is long enough ago. */
  soon(): void {
    if (this.#isAsked) return;
    const { clock, busyMs } = this.#options;
    this.#isAsked = true;
    this.#timer.cancel();
    this.#timer = this.#arm(Math.max(0, this.#lastAt + busyMs - clock.monotonic()));
  }

  stop(): void {
    this.#timer.cancel();
  }

  #arm(delayMs: number): Timer {
    const { clock, read, quietMs } = this.#options;
    return clock.setTimer(delayMs, () => {
      this.#isAsked = false;
      this.#lastAt = clock.monotonic();
      this.#timer = this.#arm(quietMs);
      read();
    });
  }
}
