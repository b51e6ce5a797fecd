import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

describe('parseJson', () => {
  it('reads what JSON.parse reads, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseJson(text, 'it')).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never fails in any way but its own, whatever the text', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '\\', '1', ' ', 'null', '\n'));
    fc.assert(
      fc.property(pieces, (some) => {
        try {
          parseJson(some.join(''), 'it');
        } catch (error) {
          expect(error).toMatchObject({ name: 'CcApiCliError', pointer: expect.any(String) });
        }
      }),
    );
  });

  it('passes over a byte order mark', () => {
    expect(parseJson('\uFEFF{"a":1}', 'it')).toEqual({ a: 1 });
  });

  it.each([
    ['{"paths":{"/a":1,"/a":2}}', '/paths/~1a'],
    ['[{"a":1},{"b":[0,{"c":1,"d":{},"c":2}]}]', '/1/b/1/c'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"":1,"":2}', '/'],
    ['{"a":{"b":"{\\"b\\":1}","b":2}}', '/a/b'],
    ['{"x~y":{"k" : 1 , "k" : 2}}', '/x~0y/k'],
  ])('tells of the key that stands twice in %s', (text, pointer) => {
    expect(() => parseJson(text, 'doc.json')).toThrow(expect.objectContaining({ code: 'duplicate_key', pointer }));
    expect(() => parseJson(text, 'doc.json')).toThrow(`doc.json has the key ${pointer} more than once`);
  });

  it('takes the same key in different objects, and a text that looks like one', () => {
    expect(parseJson('[{"a":"a"},{"a":{"a":["a","a"]}}]', 'it')).toEqual([{ a: 'a' }, { a: { a: ['a', 'a'] } }]);
  });

  it.each([
    ['', '', 1, 1],
    ['{"a": {"b": [1, 2,, 3]}}', '/a/b/2', 1, 19],
    ['{\n  "a": 1,\n  "b": tru\n}', '/b', 3, 8],
    ['{"a": "b\\x"}', '/a', 1, 7],
    ['{"a": 01}', '/a', 1, 7],
    ['{"a" 1}', '/a', 1, 6],
    ['[1] 2', '', 1, 5],
    ['{"a": [1, 2', '/a/1', 1, 12],
  ])('tells where %j stops being JSON', (text, pointer, line, column) => {
    expect(() => parseJson(text, 'doc.json')).toThrow(
      expect.objectContaining({ code: 'invalid_json', pointer, details: { pointer, line, column } }),
    );
  });

  it('recognises a web page', () => {
    expect(() => parseJson('<!doctype html><title>Login</title>', 'doc.json')).toThrow('looks like a web page');
  });

  it('refuses nesting that would overflow the stack of those who walk it', () => {
    const nested = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    expect(() => parseJson(nested(100_000), 'it')).toThrow(expect.objectContaining({ code: 'too_deep' }));
    expect(() => parseJson(nested(257), 'it')).toThrow(expect.objectContaining({ pointer: '/a'.repeat(256) }));
    expect(parseJson(nested(256), 'it')).toHaveProperty('a.a.a');
  });

  it('reads a text of eight million characters without a stack overflow', () => {
    const text = JSON.stringify({ title: 'x\\"'.repeat(2_000_000), more: 1 });
    expect(parseJson(text, 'it')).toHaveProperty('more', 1);
  });
});
