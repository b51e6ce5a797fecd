import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricNamesBody, nodeStatesBody, startJobBody, stopJobBody } from '../request-bodies.js';
import { decodeGoJson } from './decode.js';
import { goBool, goFloat, goInt64, goList, goMap, goPointer, goString, goStruct } from './types.js';

const inner = goStruct('p.Inner', { n: goInt64, name: goString() });
const outer = goStruct('p.Outer', {
  a: goInt64,
  b: goString(),
  c: goFloat,
  d: goBool,
  list: goList(inner, '[]p.Inner'),
  map: goMap(goString()),
  kids: goList(goPointer(inner), '[]*p.Inner'),
});
const decode = (text: string) => decodeGoJson(text, outer);
const value = (text: string) => {
  const result = decode(text);
  return result.ok ? result.value : expect.unreachable(result.error);
};
const error = (text: string) => {
  const result = decode(text);
  return result.ok ? expect.unreachable('it was read') : result.error;
};

describe('decodeGoJson', () => {
  it('#45 finds members in any case, the exact name first', () => {
    expect(value('{"A":1,"NAME":2}'.replace('NAME', 'B').replace('2', '"x"'))).toEqual({ a: 1, b: 'x' });
    expect(value('{"KIDS":[],"li\u017ft":[]}')).toEqual({ kids: [], list: [] });
  });

  it('lets the last of a repeated member win, adds to a map, and keeps a scalar over null', () => {
    expect(value('{"a":1,"A":2,"a":3}')).toEqual({ a: 3 });
    expect(value('{"a":1,"a":null}')).toEqual({ a: 1 });
    expect(value('{"map":{"x":"1"},"map":{"y":"2"}}')).toEqual({ map: { x: '1', y: '2' } });
    expect(value('{"map":{"x":"1"},"map":null}')?.map).toBeUndefined();
  });

  it('makes null elements zero, or null where Go holds a pointer', () => {
    expect(value('{"list":[null],"map":{"x":null},"kids":[null]}')).toEqual({
      list: [{}],
      map: { x: '' },
      kids: [null],
    });
  });

  it('#44 reads the first value only', () => {
    expect(value('{"a":1} xyz')).toEqual({ a: 1 });
    expect(value('{"a":1}{"a":')).toEqual({ a: 1 });
    expect(decodeGoJson('nullx', outer)).toEqual({ ok: true, value: undefined });
  });

  it('keeps a member named __proto__ as one like any other', () => {
    const map = value('{"map":{"__proto__":"x"}}')?.map ?? {};
    expect(Object.entries(map)).toEqual([['__proto__', 'x']]);
    expect(error('{"__proto__":1}')).toBe('json: unknown field "__proto__"');
  });

  it.each([
    ['{"a":"x\\u00e9\\n\\ud83d\\ude00\\ud800z\\/"}', 'xé\n😀\ufffdz/'],
    ['{"a":"\\ud800\\ud800"}', '\ufffd\ufffd'],
  ])('reads the escapes of %s', (text, expected) => {
    expect(value(text.replace('"a"', '"b"'))).toEqual({ b: expected });
  });

  it('replaces bytes that are no UTF-8, and does not skip a byte order mark', () => {
    const bytes = Uint8Array.from([...'{"b":"'].map((c) => c.charCodeAt(0)).concat([0xff, 0x22, 0x7d]));
    expect(decodeGoJson(bytes, outer)).toEqual({ ok: true, value: { b: '\ufffd' } });
    const marked = new TextEncoder().encode('\ufeff{}');
    expect(decodeGoJson(marked, outer)).toEqual({
      ok: false,
      error: "invalid character 'ï' looking for beginning of value",
    });
  });

  // Texts of Go's encoding/json, whose scanner looks at the whole value before a type is.
  it.each([
    ['', 'EOF'],
    [' \n', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"a"', 'unexpected EOF'],
    ['{"b":"x', 'unexpected EOF'],
    ['{"b":"\\u00', 'unexpected EOF'],
    ['[1', 'unexpected EOF'],
    ['-', 'unexpected EOF'],
    ['tru', 'unexpected EOF'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":+1}', "invalid character '+' looking for beginning of value"],
    ['{"a":-x}', "invalid character 'x' in numeric literal"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a":1e}', "invalid character '}' in exponent of numeric literal"],
    ['{"list":[1 2]}', "invalid character '2' after array element"],
    ['{"list":[1,]}', "invalid character ']' looking for beginning of value"],
    ['{"b":"\n"}', "invalid character '\\n' in string literal"],
    ['{"b":"\\x"}', "invalid character 'x' in string escape code"],
    ['{"b":"\\u00g0"}', "invalid character 'g' in \\u hexadecimal character escape"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"a":é}', "invalid character 'Ã' looking for beginning of value"],
    ['{"foo":1,"a":}', "invalid character '}' looking for beginning of value"],
  ])('says of %j: %s', (text, expected) => {
    expect(error(text)).toBe(expected);
  });

  it.each([
    ['[]', 'json: cannot unmarshal array into Go value of type p.Outer'],
    ['1.5', 'json: cannot unmarshal number into Go value of type p.Outer'],
    ['true', 'json: cannot unmarshal bool into Go value of type p.Outer'],
    ['{"a":"1"}', 'json: cannot unmarshal string into Go struct field Outer.a of type int64'],
    ['{"a":1.0}', 'json: cannot unmarshal number 1.0 into Go struct field Outer.a of type int64'],
    ['{"a":1e3}', 'json: cannot unmarshal number 1e3 into Go struct field Outer.a of type int64'],
    [
      '{"a":9223372036854775808}',
      'json: cannot unmarshal number 9223372036854775808 into Go struct field Outer.a of type int64',
    ],
    [
      '{"a":9007199254740993}',
      'json: cannot unmarshal number 9007199254740993 into Go struct field Outer.a of type int64',
    ],
    ['{"c":1e999}', 'json: cannot unmarshal number 1e999 into Go struct field Outer.c of type float64'],
    ['{"b":1}', 'json: cannot unmarshal number into Go struct field Outer.b of type string'],
    ['{"list":{}}', 'json: cannot unmarshal object into Go struct field Outer.list of type []p.Inner'],
    ['{"list":[{"n":true}]}', 'json: cannot unmarshal bool into Go struct field Inner.list.n of type int64'],
    ['{"map":{"x":[]}}', 'json: cannot unmarshal array into Go struct field Outer.map of type string'],
    ['{"foo":{"deep":[1,{"x":2}]},"a":"later"}', 'json: unknown field "foo"'],
    ['{"a":"first","foo":1}', 'json: cannot unmarshal string into Go struct field Outer.a of type int64'],
    ['{"q\\"\\n":1}', 'json: unknown field "q\\"\\n"'],
  ])('says of %s: %s', (text, expected) => {
    expect(error(text)).toBe(expected);
  });

  it('takes the largest numbers that it can hold, and writes -0 as 0', () => {
    expect(value('{"a":9007199254740991}')).toEqual({ a: 9007199254740991 });
    expect(value('{"a":-9007199254740991}')).toEqual({ a: -9007199254740991 });
    expect(Object.is(value('{"a":-0}')?.a, 0)).toBe(true);
  });

  it('gives up on deep nesting as Go does, not on its own stack', () => {
    const deep = (levels: number) => `{"foo":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(error(deep(9_999))).toBe('json: unknown field "foo"');
    expect(error(deep(200_000))).toBe("invalid character '[' exceeded max depth");
  });

  const bodies = [startJobBody, stopJobBody, nodeStatesBody, metricNamesBody];
  const neverThrows = (body: Uint8Array | string) => {
    for (const type of bodies) expect(typeof decodeGoJson<unknown>(body, type).ok).toBe('boolean');
  };

  it('never throws over any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), neverThrows));
  });

  it('never throws over any piece of a good body', () => {
    const body =
      '{"jobId":1,"resources":[{"hostname":"n\\u00e9","hwthreads":[0,-1]}],"metaData":{"k":"v"},"energy":1.5e3,"tags":null}';
    fc.assert(
      fc.property(fc.nat(body.length), fc.nat(body.length), fc.string({ maxLength: 3 }), (from, to, noise) =>
        neverThrows(body.slice(0, from) + noise + body.slice(to)),
      ),
    );
  });

  it('reads any JSON that JSON.parse reads, with the same values', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        fc.jsonValue(),
        (map, other) => {
          const text = JSON.stringify({ map, other }, null, 1);
          const withoutOther = JSON.stringify({ map });
          expect(error(text)).toBe('json: unknown field "other"');
          expect(decode(withoutOther)).toEqual({ ok: true, value: JSON.parse(withoutOther) });
        },
      ),
    );
  });

  it('finds fault with the syntax exactly where JSON.parse does', () => {
    const alphabet = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\\',
      'x',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }), (pieces) => {
        const text = `[${pieces.join('')}`;
        const isWhole = parses(text);
        const result = decodeGoJson(text, goBool);
        const isSyntax = !result.ok && !result.error.startsWith('json:');
        // A whole text is never a fault; what is none may still begin with a whole value.
        if (isWhole) expect(isSyntax).toBe(false);
        else if (!isSyntax) expect(pieces.some((_, end) => parses(`[${pieces.slice(0, end + 1).join('')}`))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
