import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareTagKeys, keysInOrder, tagsInOrder } from './tag-order.js';

it('orders as the UTF-8 bytes do', () => {
  const key = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareTagKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

it('puts tags in order: a list that is in order as it is, another one as a copy', () => {
  const [a, b, c] = [{ key: 'a' }, { key: 'b' }, { key: 'c' }];
  const sorted = [a, b, c];
  const mixed = [b, c, a];
  expect(tagsInOrder(sorted)).toBe(sorted);
  expect(tagsInOrder(mixed)).toEqual(sorted);
  expect(mixed).toEqual([b, c, a]);
});

it('puts the keys of an object in order', () => {
  expect(keysInOrder({ b: 1, '\u{10000}': 1, '\ufffd': 1, a: 1 })).toEqual(['a', 'b', '\ufffd', '\u{10000}']);
  expect(keysInOrder({})).toEqual([]);
});

it('returns the known keys where an object has these and no others', () => {
  const known = ['a', 'b'];
  expect(keysInOrder({ a: 1, b: 2 }, known)).toBe(known);
  for (const tags of [{ b: 1, a: 2 }, { a: 1 }, { a: 1, c: 2 }, { a: 1, b: 2, c: 3 }, {}]) {
    expect(keysInOrder(tags, known)).toEqual(Object.keys(tags).sort());
  }
});
