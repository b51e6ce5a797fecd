/**
 * How many bytes from `a` on equal those from `b` on; at most `limit`.
 *
 * Eight at a time are compared as a double, the widest number that costs no object. Doubles may be equal though their bits
 * are not, as zeros, or unequal though their bits are equal, as NaN: the bytes from `a` to the limit have to be UTF-8
 * without zeros, which is neither.
 *
 * @param b behind `a`.
 * @param end of the input; `limit` bytes from `b` on lie before it.
 */
export function commonPrefix(view: DataView, a: number, b: number, limit: number, end: number): number {
  const stop = Math.min(limit, end - b - 7);
  let length = 0;
  while (length < stop && view.getFloat64(a + length, true) === view.getFloat64(b + length, true)) length += 8;
  if (length < stop) {
    let difference = view.getInt32(a + length, true) ^ view.getInt32(b + length, true);
    if (difference === 0) {
      length += 4;
      difference = view.getInt32(a + length, true) ^ view.getInt32(b + length, true);
    }
    length += equalBytes(difference);
  } else {
    while (length < limit && view.getInt8(a + length) === view.getInt8(b + length)) length++;
  }
  return Math.min(length, limit);
}

/** How many of the first bytes of two integers are equal, whose difference (by XOR) it is. */
function equalBytes(difference: number): number {
  return difference === 0 ? 4 : (31 - Math.clz32(difference & -difference)) >> 3;
}

/** Whether `length` bytes from `a` on equal those from `b` on. */
export function areSame(view: DataView, a: number, b: number, length: number): boolean {
  let i = 0;
  if (length >= 4) {
    const last = length - 4;
    for (; i < last; i += 4) if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
    return view.getInt32(a + last, true) === view.getInt32(b + last, true);
  }
  for (; i < length; i++) if (view.getInt8(a + i) !== view.getInt8(b + i)) return false;
  return true;
}
