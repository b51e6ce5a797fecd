import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendToChunk } from './append-chunk.js';
import { encodeChunk } from './chunk.js';
import type { Samples } from './samples.js';

const decimals = fc.integer({ min: -1e6, max: 1e6 });
const values = fc.oneof(
  decimals.map((value) => value / 100),
  decimals,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Steps are mostly equal, as a collector's are. */
const steps = fc.oneof({ weight: 5, arbitrary: fc.constant(60) }, fc.integer({ min: 1, max: 2 ** 36 }));
const samplesOf = (value: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(steps, value), { minLength: 1, maxLength: 60 }).map((pairs): Samples => {
    let time = -100;
    return { times: pairs.map(([step]) => (time += step)), values: pairs.map(([, value]) => value) };
  });
const parted = (value: fc.Arbitrary<number>) =>
  samplesOf(value)
    .filter(({ times }) => times.length > 1)
    .chain((all) => fc.record({ all: fc.constant(all), at: fc.integer({ min: 1, max: all.times.length - 1 }) }))
    .map(({ all: { times, values }, at }) => ({
      all: { times, values },
      known: { times: times.slice(0, at), values: values.slice(0, at) },
      fresh: { times: times.slice(at), values: values.slice(at) },
    }));

describe('samples that come behind those of a chunk', () => {
  it('make the bytes that all of them make at once, or none', () => {
    let appended = 0;
    fc.assert(
      fc.property(parted(values), ({ all, known, fresh }) => {
        const longer = appendToChunk(encodeChunk(known), fresh);
        if (longer === undefined) return;
        appended += 1;
        expect(Buffer.from(longer.data)).toEqual(Buffer.from(encodeChunk(all)));
        expect(longer).toMatchObject({ firstTime: all.times[0], samples: all.times.length });
      }),
    );
    expect(appended).toBeGreaterThan(10);
  });

  it.each([
    ['of two decimals', decimals.map((value) => Math.trunc(value) / 100 + 0.01), 0.25],
    ['that fit no form', fc.constant(1 / 3), 0.25],
  ])('are put behind values %s', (_, value, last) => {
    fc.assert(
      fc.property(samplesOf(value), ({ times, values }) => {
        const known = { times: [...times, 2 ** 42], values: [...values, values[0] === 1 / 3 ? 1 / 7 : 0.01] };
        const fresh = { times: [2 ** 42 + 60, 2 ** 42 + 120], values: [last, last] };
        const both = { times: [...known.times, ...fresh.times], values: [...known.values, ...fresh.values] };
        const longer = appendToChunk(encodeChunk(known), fresh);
        expect(longer && Buffer.from(longer.data)).toEqual(Buffer.from(encodeChunk(both)));
      }),
    );
  });

  it.each([
    ['a sample is as old as the last', { times: [20], values: [3] }],
    ['a value has more decimals', { times: [30], values: [3.5] }],
    ['a value is minus zero', { times: [30], values: [-0] }],
  ])('are not where %s', (_, fresh) => {
    expect(appendToChunk(encodeChunk({ times: [10, 20], values: [1, 2] }), fresh)).toBeUndefined();
  });

  it('are not, and nothing fails, where the bytes are no chunk', () => {
    const fresh = { times: [2 ** 41], values: [1] };
    const bytes = encodeChunk({ times: [10, 20, 30], values: [1, 2, 3] });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        (other) => void expect(appendToChunk(other, fresh)).toBeUndefined(),
      ),
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(appendToChunk(bytes.subarray(0, length), fresh)).toBeUndefined();
    }
  });
});
