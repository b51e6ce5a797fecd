/** A pending timer of a {@link Clock}. */
export interface Timer {
  /** Stops the timer; idempotent. */
  cancel(): void;
  /** Lets the process end although the timer is pending, where the runtime has such a thing. */
  unref(): void;
}

/** Time as the packages see it: injected everywhere, so that tests need no waiting. */
export interface Clock {
  /** Wall time, milliseconds since 1970; may jump. */
  now(): number;
  /** Milliseconds from an arbitrary origin; never goes backwards. Measure durations with it. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs` (≥ 0). */
  setTimer(delayMs: number, callback: () => void): Timer;
}

/** Longest delay that the runtimes' `setTimeout` takes; longer ones fire at once there. */
const longestTimerMs = 2 ** 31 - 1;

/** The runtime's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, callback) => new SystemTimer(delayMs, callback),
};

/** One object and no closures of its own: calls with a deadline make one each. */
class SystemTimer implements Timer {
  readonly #callback: () => void;
  #remainingMs: number;
  #isReferenced = true;
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(delayMs: number, callback: () => void) {
    this.#callback = callback;
    this.#remainingMs = Math.max(0, delayMs);
    this.#arm();
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  unref(): void {
    this.#isReferenced = false;
    release(this.#handle);
  }

  #arm(): void {
    const stepMs = Math.min(this.#remainingMs, longestTimerMs);
    this.#remainingMs -= stepMs;
    this.#handle = setTimeout(() => this.#fire(), stepMs);
    if (!this.#isReferenced) release(this.#handle);
  }

  #fire(): void {
    if (this.#remainingMs > 0) this.#arm();
    else this.#callback();
  }
}

/** Browsers' timers are numbers and hold nothing up; Node's, Bun's and Deno's objects do. */
function release(handle: unknown): void {
  if (typeof handle === 'object' && handle !== null && 'unref' in handle && typeof handle.unref === 'function') {
    handle.unref();
  }
}
