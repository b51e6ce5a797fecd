import { type Clock, isTimeoutError, type Timer } from '@moorline/core';
import { isFatalError } from '../wire/rpc-error.js';
import type { DaemonRegistryOptions, RegisteredDaemon } from './daemon-registry.js';

const defaultMaxAgeMs = 2 * 60 * 60 * 1000;

/** How often, and how many times, calls in flight are looked for at the maximum age. */
const drainStepMs = 1000;
const drainSteps = 10;

/** What happens to a connected daemon by and by: its pings, and its maximum age. */
export class DaemonTimers {
  readonly #daemon: RegisteredDaemon;
  readonly #clock: Clock;
  readonly #pingIntervalMs: number;
  readonly #onExpire: () => void;
  #age: Timer | undefined;
  #ping: Timer | undefined;
  #isCancelled = false;

  constructor(daemon: RegisteredDaemon, clock: Clock, options: DaemonRegistryOptions, onExpire: () => void) {
    const { maxAgeMs = defaultMaxAgeMs, pingIntervalMs = 0 } = options;
    this.#daemon = daemon;
    this.#clock = clock;
    this.#pingIntervalMs = pingIntervalMs;
    this.#onExpire = onExpire;
    if (maxAgeMs > 0) this.#age = clock.setTimer(maxAgeMs, () => this.#expire(drainSteps));
    this.#armPing();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#age?.cancel();
    this.#ping?.cancel();
  }

  #expire(steps: number): void {
    if (steps > 0 && this.#daemon.client.counters.inFlight > 0) {
      this.#age = this.#clock.setTimer(drainStepMs, () => this.#expire(steps - 1));
      return;
    }
    this.#onExpire();
    this.#daemon.close();
  }

  #armPing(): void {
    if (this.#pingIntervalMs <= 0 || this.#isCancelled) return;
    this.#ping = this.#clock.setTimer(this.#pingIntervalMs, () => void this.#pingOnce());
  }

  /** A daemon that answers with an error is there. */
  async #pingOnce(): Promise<void> {
    try {
      await this.#daemon.client.ping({ timeoutMs: this.#pingIntervalMs });
    } catch (error) {
      if (isTimeoutError(error) || isFatalError(error)) this.#daemon.close(error);
    }
    this.#armPing();
  }
}
