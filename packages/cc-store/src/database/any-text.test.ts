import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromColumn, toColumn } from './any-text.js';

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\ud800', '\udc00', '\uffff', '"', '\\'), fc.string()),
});

it('gives every text back, of characters that any database keeps', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const column = toColumn(text);
      expect(fromColumn(column)).toBe(text);
      expect(column).not.toContain('\0');
      expect(Buffer.from(column).toString()).toBe(column);
    }),
  );
});

it('keeps ordinary texts as they are, and different ones apart', () => {
  for (const text of ['', 'alice', '"quoted"', 'ü\u{1f600}\n']) expect(toColumn(text)).toBe(text);
  const isInjective = (a: string, b: string) => (toColumn(a) === toColumn(b)) === (a === b);
  fc.assert(fc.property(anyText, anyText, isInjective));
});
