import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Encoder } from './encoder.js';
import { prepareSeries } from './prepared-series.js';

const series = prepareSeries('s', { z: '1' });
const tag = fc.tuple(fc.constantFrom('a', 'b', 'c', 'ü', 'bad\n'), fc.constantFrom('1', '2 3', 'four', 'end\\'));
const step = fc.record({
  measurement: fc.constantFrom('m', 'other', 'a b', '#c'),
  tags: fc.array(tag, { maxLength: 4 }),
  hasField: fc.boolean(),
  then: fc.constantFrom('nothing', 'reset', 'series'),
});

it('writes a line behind others as it writes it alone, also behind refused ones and in a new buffer', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const encoder = new Encoder({ initialBytes: 1 });
      let expected = '';
      for (const { measurement, tags, hasField, then } of steps) {
        const write = (to: Encoder): string => {
          const before = to.length;
          try {
            to.startLine(measurement);
            for (const [key, value] of tags) to.addTag(key, value);
            if (hasField) to.addField('f', 1);
            to.endLine(5n);
          } catch (error) {
            return error instanceof Error ? error.message.replace(/^entry \d+: /, '') : '';
          }
          return Buffer.from(to.bytes().subarray(before)).toString();
        };
        const line = write(encoder);
        expect(line).toBe(write(new Encoder()));
        if (line.endsWith('\n')) expected += line;
        if (then === 'reset') {
          encoder.reset();
          expected = '';
        } else if (then === 'series') {
          encoder.startSeries(series).addField('f', 2).endLine();
          expected += 's,z=1 f=2\n';
        }
        expect(Buffer.from(encoder.bytes()).toString()).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});

it('copies every byte of a head, also in the order in which it would be no number', () => {
  for (let before = 0; before < 16; before++) {
    const value = `${'x'.repeat(before)}\x7f\u{10ffff}\x7f\u{10000}é`;
    const encoder = new Encoder({ lax: true });
    for (const field of [1, 2, 3]) encoder.encode({ measurement: 'm', tags: { k: value }, fields: { [value]: field } });
    expect(Buffer.from(encoder.bytes()).toString()).toBe(
      [1, 2, 3].map((field) => `m,k=${value} ${value}=${field}\n`).join(''),
    );
  }
});

it('copies heads of any length', () => {
  const encoder = new Encoder({ initialBytes: 1 });
  const lines = Array.from({ length: 600 }, (_, index) => {
    const value = 'ü'.repeat(1 + (index >> 2));
    encoder.encode({ measurement: 'm', tags: { k: value }, fields: { [value]: true } });
    encoder
      .startSeries(prepareSeries('p', { k: value }))
      .addField(value, false)
      .endLine();
    return `m,k=${value} ${value}=true\np,k=${value} ${value}=false\n`;
  });
  expect(Buffer.from(encoder.bytes()).toString()).toBe(lines.join(''));
});
