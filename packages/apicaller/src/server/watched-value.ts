import { failure } from './failure.js';
import type { Watcher } from './watchers.js';

/** A value that changes, and that clients may follow. */
export interface WatchedValue<Value> {
  readonly value: Value;
  /** Changes the value: whoever waits for it is told at once. */
  set(value: Value): void;
  /**
   * Follows the value from now on: `next` resolves with what `answer` makes of it once it has changed. Several changes
   * between two calls are one.
   *
   * @param answer the body of the answer to `Next`; default none, as of Juju's `NotifyWatcher`.
   */
  watch(answer?: (value: Value) => unknown): Watcher;
  /** How many follow it. */
  readonly watchers: number;
}

/** Makes a {@link WatchedValue}. */
export function watchedValue<Value>(initial: Value): WatchedValue<Value> {
  let value = initial;
  const followers = new Set<Follower>();
  return {
    get value() {
      return value;
    },
    set(next) {
      value = next;
      for (const follower of followers) follower.changed();
    },
    watch(answer = () => ({})) {
      const follower = new Follower(
        () => answer(value),
        () => followers.delete(follower),
      );
      followers.add(follower);
      return follower;
    },
    get watchers() {
      return followers.size;
    },
  };
}

class Follower implements Watcher {
  readonly #answer: () => unknown;
  readonly #onStop: () => void;
  readonly #waiting = new Set<{ resolve(answer: unknown): void; reject(reason: unknown): void }>();
  #hasChanged = false;
  #isStopped = false;

  constructor(answer: () => unknown, onStop: () => void) {
    this.#answer = answer;
    this.#onStop = onStop;
  }

  changed(): void {
    this.#hasChanged = true;
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first.resolve(this.#take());
  }

  next(signal: AbortSignal): Promise<unknown> {
    if (this.#isStopped) return Promise.reject(stopped());
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#hasChanged) return Promise.resolve(this.#take());
    return new Promise((resolve, reject) => {
      const waiting = {
        resolve: (answer: unknown) => {
          signal.removeEventListener('abort', onAbort);
          resolve(answer);
        },
        reject: (reason: unknown) => {
          signal.removeEventListener('abort', onAbort);
          reject(reason);
        },
      };
      const onAbort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#onStop();
    for (const { reject } of this.#waiting) reject(stopped());
    this.#waiting.clear();
  }

  #take(): unknown {
    this.#hasChanged = false;
    return this.#answer();
  }
}

const stopped = (): Error => failure('watcher has been stopped', 'stopped');
