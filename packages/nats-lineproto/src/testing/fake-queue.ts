/** What is pushed comes out in order, to the one who iterates; as the clients' own iterators do. */
export class FakeQueue<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #wake: () => void = () => undefined;
  #isEnded = false;
  #error: Error | undefined;

  get pending(): number {
    return this.#items.length;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  push(item: Item): void {
    if (this.#isEnded) return;
    this.#items.push(item);
    this.#wake();
  }

  /** No more items come; those that have come are still handed out, unless there is an error. */
  stop(error?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    try {
      for (;;) {
        if (this.#error !== undefined) throw this.#error;
        const [item] = this.#items.splice(0, 1);
        if (item !== undefined) yield item;
        else if (this.#isEnded) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.stop();
    }
  }
}
