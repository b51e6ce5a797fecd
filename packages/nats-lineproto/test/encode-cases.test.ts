import { describe, expect, it } from 'vitest';
import { decode, Encoder, type EncoderOptions, int, isLineProtocolError, type PointInput, uint } from '../src/index.js';

const encode = (point: PointInput, options: EncoderOptions = {}): string =>
  Buffer.from(new Encoder(options).encode(point).take()).toString();

const named = (measurement: string): PointInput => ({ measurement, fields: { f: int(1) } });
const tagged = (key: string, value: string): PointInput => ({
  measurement: 'm',
  tags: { [key]: value },
  fields: { f: int(1) },
});
const valued = (f: PointInput['fields'][keyof PointInput['fields']] | unknown): PointInput => ({
  measurement: 'm',
  fields: { f } as Record<string, number>,
});
const timed = (time: bigint | number): PointInput => ({ measurement: 'm', fields: { f: int(1) }, time });

/** The code of the refusal; nothing of the entry must remain. */
function refusal(point: PointInput, options: EncoderOptions = {}): string {
  const encoder = new Encoder(options);
  try {
    encoder.encode(point);
  } catch (error) {
    expect(encoder.length).toBe(0);
    if (isLineProtocolError(error)) return error.code;
    throw error;
  }
  return `accepted: ${Buffer.from(encoder.bytes()).toString()}`;
}

function read(text: string): unknown {
  const [entry] = decode(Buffer.from(text));
  return entry?.type === 'point' ? entry.fields[0]?.value : entry;
}

describe('Encoder', () => {
  it('#E1 writes an int without a time', () => expect(encode(named('m'))).toBe('m f=1i\n'));

  it('#E2 writes tags and a time', () => {
    expect(encode({ measurement: 'm', tags: { a: '1', b: '2' }, fields: { f: 1n }, time: 1n })).toBe(
      'm,a=1,b=2 f=1i 1\n',
    );
  });

  it('#E3 refuses tags out of order; sorts those of an object; leaves them in lax mode', () => {
    expect(() => new Encoder().startLine('m').addTag('b', '1').addTag('a', '2')).toThrow(/must come before/);
    expect(encode({ measurement: 'm', tags: { b: '1', a: '2' }, fields: { f: 1n } })).toBe('m,a=2,b=1 f=1i\n');
    const lax = new Encoder({ lax: true }).startLine('m').addTag('b', '1').addTag('a', '2').addField('f', 1n).endLine();
    expect(Buffer.from(lax.bytes()).toString()).toBe('m,b=1,a=2 f=1i\n');
  });

  it('refuses a tag without a value, as JavaScript may pass it', () => {
    const tags: Record<string, string> = JSON.parse('{"a":null}');
    expect(refusal({ measurement: 'm', tags, fields: { f: 1 } })).toBe('unsupported_value');
  });

  it('#E4 refuses a tag that comes twice', () => {
    const tags = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
    ];
    expect(refusal({ measurement: 'm', tags, fields: { f: 1 } })).toBe('duplicate_tag');
  });

  it('#E5 orders tags by their bytes, not by UTF-16', () => {
    expect(encode({ measurement: 'm', tags: { '\u{10000}': '2', '\ufffd': '1' }, fields: { f: 1 } })).toBe(
      'm,\ufffd=1,\u{10000}=2 f=1\n',
    );
    expect(
      new Encoder().startLine('m').addTag('\ufffd', '1').addTag('\u{10000}', '2').addField('f', 1).endLine().count,
    ).toBe(1);
  });

  it.each([
    ['a,b c', 'a\\,b\\ c f=1i\n'],
    ['a=b', 'a=b f=1i\n'],
    ['a\\b', 'a\\b f=1i\n'],
  ])('#E6 writes the measurement %s', (name, line) => expect(encode(named(name))).toBe(line));

  it('#E7 refuses names, keys and tag values that end with a backslash', () => {
    for (const point of [
      named('m\\'),
      tagged('k\\', 'v'),
      tagged('k', 'v\\'),
      { measurement: 'm', fields: { 'f\\': 1 } },
    ]) {
      expect(refusal(point)).toBe('trailing_backslash');
    }
  });

  it('#E8 writes a backslash before a comma so that it reads back', () => {
    expect(encode(named('a\\,b'))).toBe('a\\\\,b f=1i\n');
    expect([...decode(Buffer.from('a\\\\,b f=1i\n'))]).toMatchObject([{ measurement: 'a\\,b' }]);
  });

  it('#E9 refuses empty names, keys and tag values', () => {
    for (const point of [named(''), tagged('', 'v'), tagged('k', ''), { measurement: 'm', fields: { '': 1 } }]) {
      expect(refusal(point)).toBe('empty_name');
    }
  });

  it.each(['\t', '\n', '\0', '\x7f'])('#E10 refuses the control character %j in names and tag values', (control) => {
    for (const point of [named(`a${control}`), tagged(`k${control}`, 'v'), tagged('k', `${control}v`)]) {
      expect(refusal(point)).toBe('invalid_name');
    }
  });

  it('#E11 accepts U+0085, U+2028, BOM, quotes and = in a tag value, the last escaped', () => {
    expect(encode(tagged('k', '\u0085\u2028\ufeff"='))).toBe('m,k=\u0085\u2028\ufeff"\\= f=1i\n');
  });

  it('#E12 refuses a measurement that would read back as a comment; lax writes it', () => {
    expect(refusal(named('#m'))).toBe('comment_measurement');
    expect(encode(named('#m'), { lax: true })).toBe('#m f=1i\n');
  });

  it('#E13 escapes quotes, backslashes, LF, CR and TAB in strings', () => {
    expect(encode(valued('a"b\\c\nd\te\r'))).toBe('m f="a\\"b\\\\c\\nd\\te\\r"\n');
  });

  it('#E14 writes other control characters of strings as they are', () =>
    expect(encode(valued('\0\x01'))).toBe('m f="\0\x01"\n'));

  it('#E15 writes a backslash and an n as such', () => expect(encode(valued('a\\n'))).toBe('m f="a\\\\n"\n'));

  it('#E16 refuses half a surrogate pair anywhere, in lax mode too', () => {
    for (const half of ['\ud800', 'a\udc00b', '\ud800x']) {
      for (const point of [
        named(half),
        tagged(half, 'v'),
        tagged('k', half),
        { measurement: 'm', fields: { [half]: 1 } },
        valued(half),
      ]) {
        expect(refusal(point)).toBe('invalid_text');
        expect(refusal(point, { lax: true })).toBe('invalid_text');
      }
    }
  });

  it('#E17 keeps the sign of zero', () => {
    expect(encode(valued(-0))).toBe('m f=-0\n');
    expect(encode(valued(0))).toBe('m f=0\n');
  });

  it.each([NaN, Infinity, -Infinity])('#E18 refuses the float %d', (value) =>
    expect(refusal(valued(value))).toBe('not_finite'),
  );

  it.each([
    5e-324,
    1.7976931348623157e308,
    0.30000000000000004,
    1e21,
    0.1,
    12.34,
    -99.5,
    123456.789,
    1e15,
    999999999999999,
    2 ** 53,
    4294967296.5,
    1e-7,
  ])('#E19 writes the float %d so that it reads back identical', (value) => {
    expect(read(encode(valued(value)))).toBe(value);
    expect(read(encode(valued(-value)))).toBe(-value);
  });

  it('#E20 writes every int64 and uint64 and refuses what lies one beyond', () => {
    expect(encode(valued(-(2n ** 63n)))).toBe('m f=-9223372036854775808i\n');
    expect(encode(valued(2n ** 63n - 1n))).toBe('m f=9223372036854775807i\n');
    expect(encode(valued(uint(2n ** 64n - 1n)))).toBe('m f=18446744073709551615u\n');
    for (const value of [-(2n ** 63n) - 1n, 2n ** 63n, uint(2n ** 64n), uint(-1n), uint(-1), int(1e300)]) {
      expect(refusal(valued(value))).toBe('out_of_range');
    }
  });

  it('#E21 writes every int64 time and refuses what lies one beyond', () => {
    expect(encode(timed(-(2n ** 63n)))).toBe('m f=1i -9223372036854775808\n');
    expect(encode(timed(2n ** 63n - 1n))).toBe('m f=1i 9223372036854775807\n');
    for (const time of [-(2n ** 63n) - 1n, 2n ** 63n, 9_223_372_037, -9_223_372_037, 1e300]) {
      expect(refusal(timed(time))).toBe('out_of_range');
    }
  });

  it.each([
    ['s', -1_999_999_999n, '-1'],
    ['s', 1_999_999_999n, '1'],
    ['s', -999_999_999n, '0'],
    ['ms', -1_999_999_999n, '-1999'],
    ['ms', 1_000_000n, '1'],
    ['us', 1_700_000_000_000_001_999n, '1700000000000001'],
    ['us', -1n, '0'],
  ] as const)('#E22 cuts a time to the unit %s towards zero: %d', (precision, time, text) => {
    expect(encode(timed(time), { precision })).toBe(`m f=1i ${text}\n`);
  });

  it('#E23 writes time 0', () => {
    expect(encode(timed(0n))).toBe('m f=1i 0\n');
    expect(encode(timed(0))).toBe('m f=1i 0\n');
  });

  it('#E24 refuses an entry without fields', () => expect(refusal({ measurement: 'm', fields: {} })).toBe('no_fields'));

  it('#E25 drops the refused entry alone, and names it', () => {
    const encoder = new Encoder().encode(named('a'));
    expect(() => encoder.encode(named('bad\\'))).toThrow(/^entry 2: /);
    expect(Buffer.from(encoder.encode(named('c')).take()).toString()).toBe('a f=1i\nc f=1i\n');
  });

  it('#E26 keeps JSON text with escapes as it is', () => {
    const json = JSON.stringify({ a: 'x\ny"\\', b: 'é\u2028😀' });
    expect(read(encode(valued(json)))).toBe(json);
  });

  it('takes whole seconds and nanoseconds as numbers', () => {
    const encoder = new Encoder().startLine('m').addField('f', 1).endLine(1_700_000_000, 5);
    encoder.startLine('m').addField('f', 1).endLine(-2, 1);
    expect(Buffer.from(encoder.bytes()).toString()).toBe('m f=1 1700000000000000005\nm f=1 -1999999999\n');
    expect(refusal(timed(1.5))).toBe('unsupported_value');
    expect(() => new Encoder().startLine('m').addField('f', 1).endLine(1, 1e9)).toThrow(/not whole seconds/);
  });

  it.each([
    undefined,
    null,
    Symbol('x'),
    {},
    [],
    { kind: 'int', value: 'x' },
    { kind: 'int', value: 1.5 },
    { kind: 'float', value: 1n },
  ])('refuses the value %s', (value) => {
    expect(refusal(valued(value))).toBe('unsupported_value');
  });

  it('refuses names that are no strings', () => {
    const number = 5 as unknown as string;
    for (const point of [
      named(number),
      tagged('k', number),
      { measurement: 'm', tags: [{ key: number, value: 'v' }], fields: { f: 1 } },
    ]) {
      expect(refusal(point)).toBe('unsupported_value');
    }
  });

  it('refuses calls out of order, and drops the line', () => {
    const codes = [
      (encoder: Encoder): unknown => encoder.addTag('a', 'b'),
      (encoder: Encoder): unknown => encoder.addField('a', 1),
      (encoder: Encoder): unknown => encoder.addField('a', int(1)),
      (encoder: Encoder): unknown => encoder.endLine(),
      (encoder: Encoder): unknown => encoder.startLine('m').addField('f', 1).addTag('a', 'b'),
    ].map((call) => {
      const encoder = new Encoder();
      try {
        call(encoder);
      } catch (error) {
        expect(encoder.bytes()).toHaveLength(0);
        if (isLineProtocolError(error)) return error.code;
      }
      return 'accepted';
    });
    expect(codes).toEqual(['call_order', 'call_order', 'call_order', 'call_order', 'call_order']);
  });

  it('ends an open line when the next one starts, and shows ended lines only', () => {
    const encoder = new Encoder().startLine('a').addField('f', 1).startLine('b').addField('f', 2);
    expect([encoder.count, Buffer.from(encoder.bytes()).toString()]).toEqual([1, 'a f=1\n']);
    expect(Buffer.from(encoder.endLine().take()).toString()).toBe('a f=1\nb f=2\n');
    expect([encoder.count, encoder.length]).toEqual([0, 0]);
  });

  it('hands out a copy that later lines do not touch', () => {
    const encoder = new Encoder({ initialBytes: 64 });
    const first = encoder.encode(named('a')).take();
    encoder.encode(named('b'));
    expect(Buffer.from(first).toString()).toBe('a f=1i\n');
  });

  it('grows from one byte', () => {
    const encoder = new Encoder({ initialBytes: 1 });
    for (let i = 0; i < 100; i++)
      encoder.encode({ measurement: 'é,', tags: { k: 'v v' }, fields: { s: '"'.repeat(i), n: -1.25 }, time: 1n });
    expect([...decode(encoder.bytes())].filter(({ type }) => type === 'point')).toHaveLength(100);
  });

  it.each([0, -1, 1.5, NaN])('refuses initialBytes %d', (initialBytes) => {
    expect(() => new Encoder({ initialBytes })).toThrow(/initialBytes/);
  });

  it('encodes a decoded point to the same text', () => {
    const text = 'a\\,b,k=v\\ w,\\==é f=1.5,i=-2i,u=3u,s="\\"x\\"",b=true 1700000000000000001\n';
    const [point] = decode(Buffer.from(text));
    expect(point?.type === 'point' && encode(point)).toBe(
      'a\\,b,\\==é,k=v\\ w f=1.5,i=-2i,u=3u,s="\\"x\\"",b=true 1700000000000000001\n',
    );
  });
});
