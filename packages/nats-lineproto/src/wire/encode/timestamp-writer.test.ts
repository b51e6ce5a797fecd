import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Encoder } from './encoder.js';

const digits = { s: 0, ms: 3, us: 6, ns: 9 } as const;
const precision = fc.constantFrom('s', 'ms', 'us', 'ns');
/** Mostly the second of the time before. */
const second = fc.constantFrom(1_700_000_000, 1_700_000_000, 1, 0, -1, -1_700_000_000, 9_223_372_035);
const nanosecond = fc.oneof(
  fc.integer({ min: 0, max: 999_999_999 }),
  fc.constantFrom(0, 1, 999_999, 1_000_000, 999_999_999),
);

it('writes times behind others as whole units, cut towards zero', () => {
  fc.assert(
    fc.property(precision, fc.array(fc.tuple(second, nanosecond)), (unit, times) => {
      const encoder = new Encoder({ precision: unit, initialBytes: 1 });
      for (const [seconds, nanoseconds] of times)
        encoder.startLine('m').addField('f', true).endLine(seconds, nanoseconds);
      const expected = times.map(([seconds, nanoseconds]) => {
        const time = (BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)) / 10n ** BigInt(9 - digits[unit]);
        return `m f=true ${time}\n`;
      });
      expect(Buffer.from(encoder.bytes()).toString()).toBe(expected.join(''));
    }),
  );
});

it.each([1.5, -1, 1e9, NaN])('refuses %d nanoseconds also of a second that it knows', (nanoseconds) => {
  const encoder = new Encoder();
  encoder.startLine('m').addField('f', true).endLine(1_700_000_000);
  const refused = (): unknown => encoder.startLine('m').addField('f', true).endLine(1_700_000_000, nanoseconds);
  expect(refused).toThrow(expect.objectContaining({ code: 'unsupported_value' }));
  expect(Buffer.from(encoder.bytes()).toString()).toBe('m f=true 1700000000000000000\n');
});
