/** What a write does. */
export type Work<Answer, Item = never> = (() => Answer | Promise<Answer>) | OneOfMany<Item, Answer>;

/** A write of a kind that costs less when many are run at once. */
export interface OneOfMany<Item, Answer> {
  /** The same function for all of the kind. */
  readonly together: Together<Item, Answer>;
  readonly item: Item;
}

/** Runs writes of one kind, each as though those before it had been run alone. @returns their answers, in their order. */
export type Together<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>;

/** Runs a write alone. */
export async function runAlone(work: Work<unknown, unknown>): Promise<unknown> {
  if (typeof work === 'function') return work();
  const [answer] = await work.together([work.item]);
  return answer;
}
