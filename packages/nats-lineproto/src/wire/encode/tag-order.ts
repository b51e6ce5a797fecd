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

/** Surrogates rank above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
