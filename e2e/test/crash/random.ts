/** Random choices that a seed repeats. */
export interface Random {
  /** An integer, 0 ≤ it < bound. */
  below(bound: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** @param share 0 to 1. */
  chance(share: number): boolean;
}

/** Mulberry32. @param seed any integer. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    chance: (share) => next() < share,
  };
}
