import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBatch, encodeBatch } from './journal-batch.js';

const anySample = fc.tuple(
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  fc.double({ noNaN: true }),
);

describe('journal batches', () => {
  it('give back exactly what was put in, in its order', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 100 }), (samples) => {
        const batch = {
          series: samples.map(([series]) => series),
          times: samples.map(([, time]) => time),
          values: samples.map(([, , value]) => value),
        };
        const read = decodeBatch(encodeBatch(batch));
        expect(read).toEqual(batch);
      }),
    );
  });

  it('are undefined, and no crash, when bytes are damaged, cut or foreign', () => {
    const bytes = encodeBatch({ series: [1, 300, 70_000], times: [5, 10, 0], values: [1, -2, 0.5] });
    for (let length = 0; length < bytes.length; length++)
      expect(decodeBatch(bytes.subarray(0, length))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (other) => void expect(decodeBatch(other)).toBeUndefined()),
    );
  });
});
