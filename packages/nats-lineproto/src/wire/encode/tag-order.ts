/**
 * The order in which the encoder wants tag keys: that of their UTF-8 bytes. JavaScript compares UTF-16 units, which puts
 * U+10000 and above before U+E000 to U+FFFF.
 *
 * @returns negative, 0 or positive, as `sort` wants it.
 */
export function compareTagKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** @returns the list itself where it is in order, as it mostly is; else a sorted copy. */
export function tagsInOrder<Tag extends { readonly key: string }>(tags: readonly Tag[]): readonly Tag[] {
  let last: string | undefined;
  for (const { key } of tags) {
    if (last !== undefined && compareTagKeys(last, key) > 0) {
      return [...tags].sort((a, b) => compareTagKeys(a.key, b.key));
    }
    last = key;
  }
  return tags;
}

/**
 * The keys of an object, in order.
 *
 * @param known keys in order, of the object before: it mostly has the same.
 * @returns `known` where the object has these.
 */
export function keysInOrder(tags: object, known: readonly string[] = []): readonly string[] {
  const keys = Object.keys(tags);
  if (areSame(keys, known)) return known;
  let last: string | undefined;
  for (const key of keys) {
    if (last !== undefined && compareTagKeys(last, key) > 0) return keys.sort(compareTagKeys);
    last = key;
  }
  return keys;
}

function areSame(keys: readonly string[], known: readonly string[]): boolean {
  for (let i = 0; i < keys.length; i++) if (keys[i] !== known[i]) return false;
  return keys.length === known.length;
}

/** Surrogates rank above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
