/**
 * Runs tasks beside each other, but those with a key in common one after the other, in the order in which they came.
 * Tasks do not throw.
 */
export class KeyedTasks {
  readonly #limit: number;
  /** The last task of each key. */
  readonly #last = new Map<string, Promise<void>>();
  /** Who waits until fewer than that are left. */
  readonly #waiting: { limit: number; wake: () => void }[] = [];
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
    const earlier: Promise<void>[] = [];
    for (const key of keys) {
      const last = this.#last.get(key);
      if (last !== undefined) earlier.push(last);
    }
    const done = earlier.length === 0 ? task() : Promise.all(earlier).then(task);
    this.#size++;
    for (const key of keys) this.#last.set(key, done);
    void done.then(() => this.#ended(keys, done));
  }

  /** Resolves once fewer than the limit, or than `limit`, are left. */
  async room(limit = this.#limit): Promise<void> {
    while (this.#size >= limit) await new Promise<void>((wake) => this.#waiting.push({ limit, wake }));
  }

  /** Resolves once no task is left. */
  idle(): Promise<void> {
    return this.room(1);
  }

  #ended(keys: readonly string[], done: Promise<void>): void {
    this.#size--;
    for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key);
    if (this.#waiting.length === 0 || this.#waiting.every(({ limit }) => this.#size >= limit)) return;
    for (const { wake } of this.#waiting.splice(0)) wake();
  }
}
