/**
 * Runs tasks beside each other, but those with a key in common one after the other, in the order in which they came.
 * Tasks do not throw.
 */
export class KeyedTasks {
  readonly #limit: number;
  /** The last task of each key. */
  readonly #last = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #size = 0;

  /** @param limit how many tasks there are before {@link room} makes wait. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Tasks that have not ended. */
  get size(): number {
    return this.#size;
  }

  add(keys: readonly string[], task: () => Promise<void>): void {
    const earlier = keys.flatMap((key) => this.#last.get(key) ?? []);
    const done = this.#run(earlier, task);
    this.#size++;
    for (const key of keys) this.#last.set(key, done);
    void done.then(() => {
      this.#size--;
      for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Resolves once fewer than the limit, or than `limit`, are left. */
  async room(limit = this.#limit): Promise<void> {
    while (this.#size >= limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves once no task is left. */
  idle(): Promise<void> {
    return this.room(1);
  }

  async #run(earlier: readonly Promise<void>[], task: () => Promise<void>): Promise<void> {
    if (earlier.length > 0) await Promise.all(earlier);
    await task();
  }
}
