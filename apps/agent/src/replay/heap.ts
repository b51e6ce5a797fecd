/** A queue that gives out the smallest element first. */
export interface Heap<T> {
  readonly size: number;
  /** The smallest; undefined when empty. */
  peek(): T | undefined;
  push(value: T): void;
  /** Takes the smallest out. */
  pop(): T | undefined;
}

/** @param isBefore a strict order without ties, so that the outcome is the same on every machine. */
export function createHeap<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const values: T[] = [];
  const up = (value: T, from: number): void => {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = values[above];
      if (parent === undefined || !isBefore(value, parent)) break;
      values[at] = parent;
      at = above;
    }
    values[at] = value;
  };
  const down = (value: T): void => {
    let at = 0;
    for (;;) {
      const left = values[2 * at + 1];
      const right = values[2 * at + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, value)) break;
      values[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    values[at] = value;
  };
  return {
    get size() {
      return values.length;
    },
    peek: () => values[0],
    push: (value) => up(value, values.length),
    pop() {
      const smallest = values[0];
      const last = values.pop();
      if (last !== undefined && values.length > 0) down(last);
      return smallest;
    },
  };
}
