import { failure } from './failure.js';

/** Something that changes, as one client follows it. */
export interface Watcher {
  /** Resolves with the answer to `Next` when something has changed since it last resolved; rejects when told to stop. */
  next(signal: AbortSignal): Promise<unknown>;
  stop(): void;
}

/** What one client watches, by the ids that it was told. */
export class Watchers {
  readonly #limit: number;
  readonly #watchers = new Map<string, Watcher>();
  #lastId = 0;
  #hasEnded = false;

  /** @param limit watchers at once, ≥ 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#watchers.size;
  }

  /**
   * Keeps a watcher until it is stopped or the connection ends, and gives the id for the client.
   *
   * @throws RequestError `quota limit exceeded` where the client has too many.
   */
  add(watcher: Watcher): string {
    if (this.#hasEnded || this.#watchers.size >= this.#limit) {
      watcher.stop();
      if (this.#hasEnded) throw failure('connection is shut down');
      throw failure(`a connection has at most ${this.#limit} watchers`, 'quota limit exceeded');
    }
    const id = String(++this.#lastId);
    this.#watchers.set(id, watcher);
    return id;
  }

  /** @throws RequestError `unknown watcher id`. */
  get(id: string): Watcher {
    const watcher = this.#watchers.get(id);
    if (watcher === undefined) throw failure('unknown watcher id', 'not found');
    return watcher;
  }

  stop(id: string): void {
    this.get(id).stop();
    this.#watchers.delete(id);
  }

  /** Stops all of them, and whatever a late handler still adds. */
  end(): void {
    this.#hasEnded = true;
    for (const watcher of this.#watchers.values()) watcher.stop();
    this.#watchers.clear();
  }
}
