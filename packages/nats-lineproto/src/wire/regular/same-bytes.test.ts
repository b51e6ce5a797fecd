import fc from 'fast-check';
import { expect, it } from 'vitest';
import { areSame, commonPrefix } from './same-bytes.js';

/** Text, and behind it bytes of any kind, zeros and NaNs as doubles among them. */
const text = fc.stringMatching(/^[ -~]{1,40}$/).map((characters) => Buffer.from(characters));
const rest = fc.constantFrom(
  [],
  [0x20, 0x31],
  [0, 0, 0, 0, 0, 0, 0, 0x80, 0],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
);

it('counts what two places have in common, up to the limit', () => {
  fc.assert(
    fc.property(text, rest, rest, fc.nat(40), fc.nat(2), (start, restA, restB, at, by) => {
      const other = Buffer.from(start);
      if (at < other.length) other[at] = (other[at] ?? 0) + by;
      const bytes = new Uint8Array(Buffer.concat([start, Buffer.from(restA), other, Buffer.from(restB)]));
      const view = new DataView(bytes.buffer);
      const b = start.length + restA.length;
      const same = by > 0 && at < other.length ? at : start.length;
      for (let limit = 0; limit <= start.length; limit++) {
        expect(commonPrefix(view, 0, b, limit, bytes.length)).toBe(Math.min(same, limit));
        expect(areSame(view, 0, b, limit)).toBe(same >= limit);
      }
    }),
    { numRuns: 300 },
  );
});
