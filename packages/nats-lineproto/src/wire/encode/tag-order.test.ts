import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareTagKeys } from './tag-order.js';

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
