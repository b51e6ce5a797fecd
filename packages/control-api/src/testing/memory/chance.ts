/** A number from 0 up to 1 that is the same for the same seed and place: FNV-1a over both. */
export function chance(seed: number, place: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < place.length; index++) {
    hash = Math.imul(hash ^ place.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** One of some values. */
export function pick<T>(values: readonly [T, ...T[]], seed: number, place: string): T {
  return values[Math.floor(chance(seed, place) * values.length)] ?? values[0];
}

/** An integer of a range, both ends included. */
export function whole(from: number, to: number, seed: number, place: string): number {
  return from + Math.floor(chance(seed, place) * (to - from + 1));
}
