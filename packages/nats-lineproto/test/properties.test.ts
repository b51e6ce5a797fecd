import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, decodeStream, Encoder, type Entry, int, uint } from '../src/index.js';
import { checkSplit, checkText } from './check-text.js';
import { TextGenerator } from './generate.js';

describe('any text', () => {
  it('is read without a throw, alike by both scanners, and survives encoding', () => {
    const generator = new TextGenerator(20_240_117);
    let points = 0;
    for (let i = 0; i < 4000; i++)
      points += checkText(generator.text(), generator).filter(({ type }) => type === 'point').length;
    expect(points).toBeGreaterThan(1000);
  });

  it('is read from its pieces as from the whole, wherever it is cut', async () => {
    const generator = new TextGenerator(4711);
    for (let i = 0; i < 600; i++) await checkSplit(generator.text(), generator);
  });

  it('of bytes that know nothing of the grammar is read without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1 }), (text, seed) => {
        checkText(text, new TextGenerator(seed));
      }),
      { numRuns: 500 },
    );
  });

  it('is read byte by byte as from the whole', async () => {
    const text = Buffer.from('m,t=ü f="a\\"\r\n\\\\é",g=1i 5\r\nbad\n# c\n\n  k f=t\r\nlast,a=\\=b f=-0 -7');
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (const byte of text) yield await Promise.resolve(Uint8Array.of(byte));
    }
    const entries: Entry[] = [];
    for await (const entry of decodeStream(bytes())) entries.push(entry);
    expect(entries).toEqual([...decode(text)]);
    expect(entries).toHaveLength(4);
  });
});

describe('what is encoded', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 }).filter(isUnicode);
  const name = text.filter(isName);
  const float = fc.double({ noNaN: true, noDefaultInfinity: true });
  const value = fc.oneof(
    float.map((number) => ({ kind: 'float' as const, value: number })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((integer) => int(integer)),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((integer) => uint(integer)),
    fc.boolean().map((flag) => ({ kind: 'boolean' as const, value: flag })),
    text.map((string) => ({ kind: 'string' as const, value: string })),
  );
  const point = fc.record({
    measurement: name,
    tags: fc.uniqueArray(fc.record({ key: name, value: name }), { selector: ({ key }) => key, maxLength: 4 }),
    fields: fc.array(
      fc.tuple(name, value).map(([key, typed]) => ({ key, ...typed })),
      { minLength: 1, maxLength: 4 },
    ),
    time: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined }),
  });

  it('decodes to the same, tags in the order of their bytes', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 4 }), (points) => {
        const encoder = new Encoder();
        for (const one of points) encoder.encode(one);
        const decoded = [...decode(encoder.bytes())];
        expect(decoded).toHaveLength(points.length);
        points.forEach((one, index) => {
          const tags = [...one.tags].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
          expect(decoded[index]).toMatchObject({
            measurement: one.measurement,
            tags,
            fields: one.fields,
            time: one.time,
          });
        });
      }),
      { numRuns: 400 },
    );
  });
});

/** Whether there is no half of a surrogate pair. */
function isUnicode(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

function isName(text: string): boolean {
  const isControl = (character: string): boolean => character < ' ' || character === '\x7f';
  return text !== '' && !text.startsWith('#') && !text.endsWith('\\') && ![...text].some(isControl);
}
