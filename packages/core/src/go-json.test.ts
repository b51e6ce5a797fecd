import { describe, expect, it } from 'vitest';
import { escapeGoJson, goJson } from './go-json.js';

describe('goJson', () => {
  it('escapes what Go escapes, in names and in values', () => {
    expect(goJson({ '<a>': '&\u2028\u2029"é😀' })).toBe('{"\\u003ca\\u003e":"\\u0026\\u2028\\u2029\\"é😀"}');
  });

  it('leaves out members that are undefined, and writes null', () => {
    expect(goJson({ a: undefined, b: null })).toBe('{"b":null}');
  });

  it.each([
    ['undefined', undefined],
    ['function', () => undefined],
    ['symbol', Symbol('x')],
  ])('refuses a %s', (type, value) => {
    expect(() => goJson(value)).toThrow(new TypeError(`JSON has no ${type}`));
  });

  it('refuses a bigint and a cycle', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => goJson(1n)).toThrow(TypeError);
    expect(() => goJson(cycle)).toThrow(TypeError);
  });
});

describe('escapeGoJson', () => {
  it('leaves other text as it is', () => {
    expect(escapeGoJson('{"a":"b"}')).toBe('{"a":"b"}');
  });
});
