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
