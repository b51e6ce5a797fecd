import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunk, encodeChunk } from './chunk.js';
import type { Samples } from './samples.js';

const anyTime = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const anyValue = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer().map((value) => value / 100),
);
const anySamples: fc.Arbitrary<Samples> = fc
  .uniqueArray(fc.tuple(anyTime, anyValue), { selector: ([time]) => time, maxLength: 200 })
  .map((pairs) => pairs.sort(([a], [b]) => a - b))
  .map((pairs) => ({ times: pairs.map(([time]) => time), values: pairs.map(([, value]) => value) }));

describe('chunks', () => {
  it('give back exactly what was put in', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const read = decodeChunk(encodeChunk(samples));
        expect(read?.times).toEqual(samples.times);
        expect(read?.values.every((value, index) => Object.is(value, samples.values[index]))).toBe(true);
        expect(read?.values).toHaveLength(samples.values.length);
      }),
    );
  });

  it('keep the sign of zero', () => {
    const samples = { times: [0, 10], values: [-0, 0] };
    expect(decodeChunk(encodeChunk(samples))?.values).toEqual(samples.values);
  });

  it('notice any turned bit', () => {
    const bytes = encodeChunk({ times: [0, 10, 20], values: [1.5, 2.5, 0.1] });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(decodeChunk(damaged)).toBeUndefined();
      }),
    );
  });

  it('are undefined, and no crash, for any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void expect(decodeChunk(bytes)).toBeUndefined()),
    );
  });

  it('cost two bytes a sample where a load is measured every minute', () => {
    const times = Array.from({ length: 512 }, (_, index) => 1_700_000_000 + index * 60);
    const values = times.map((_, index) => Math.round((2 + Math.sin(index / 20)) * 100) / 100);
    expect(encodeChunk({ times, values }).length).toBeLessThan(512 * 2);
  });
});
