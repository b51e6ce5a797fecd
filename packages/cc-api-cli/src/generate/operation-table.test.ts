import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { literal } from './operation-table.js';

const evaluate = (code: string): unknown => {
  const script = ts.transpile(`(${code})`, { target: ts.ScriptTarget.ES2022 });
  return new Function(`return ${script}`)();
};

describe('literal', () => {
  it('is TypeScript that means the same value, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(evaluate(literal(value, ''))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each(["it's", '"quoted"', '\\', '\\"', "\\'", '\u2028', '${x}', '*/', '\n', '__proto__'])(
    'keeps %j as it is, as a value and as a key',
    (text) => {
      expect(evaluate(literal(text, ''))).toBe(text);
      const value = evaluate(literal(Object.fromEntries([[text, 1]]), ''));
      expect(Object.entries(Object(value))).toEqual([[text, 1]]);
    },
  );

  it('breaks what is long over lines', () => {
    expect(literal({ a: 'x'.repeat(60), b: ['y'.repeat(50)] }, '')).toBe(
      `{\n  a: '${'x'.repeat(60)}',\n  b: ['${'y'.repeat(50)}'],\n}`,
    );
  });
});
