import type { Clock, Timer } from '@moorline/core';

/** Notices that an agent does not ping any more. A ping costs no timer: the one that runs looks when the last one was. */
export class PingTimer {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onSilence: () => void;
  #timer: Timer | undefined;
  #pingedAt: number;

  constructor(clock: Clock, timeoutMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onSilence = onSilence;
    this.#pingedAt = clock.monotonic();
    this.#arm(timeoutMs);
  }

  pinged(): void {
    this.#pingedAt = this.#clock.monotonic();
  }

  /** Ends it for good. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    this.#timer = this.#clock.setTimer(delayMs, () => {
      const silentMs = this.#clock.monotonic() - this.#pingedAt;
      if (silentMs >= this.#timeoutMs) this.#onSilence();
      else this.#arm(this.#timeoutMs - silentMs);
    });
  }
}
