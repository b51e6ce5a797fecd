import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitNanoseconds } from '../exact-value.js';
import { splitInt64, toSafeInteger } from './split-int64.js';

const limit = 2n ** 63n;
const int64 = fc.bigInt({ min: -limit, max: limit - 1n });
/** Around whole seconds, where the estimate may be off by one. */
const nearSecond = fc
  .tuple(fc.bigInt({ min: -9_223_372_035n, max: 9_223_372_035n }), fc.bigInt({ min: -2n, max: 2n }))
  .map(([second, beside]) => second * 1_000_000_000n + beside);

it('splits every int64 as arithmetic with bigints does', () => {
  fc.assert(
    fc.property(fc.oneof(int64, nearSecond), (value) => {
      expect(splitInt64(value)).toEqual(splitNanoseconds(value));
    }),
    { numRuns: 2000 },
  );
  for (const value of [-limit, limit - 1n, 0n, -1n]) expect(splitInt64(value)).toEqual(splitNanoseconds(value));
});

it('says that a value is beyond int64', () => {
  for (const value of [limit, -limit - 1n, 2n ** 64n, 2n ** 64n + 5n]) expect(splitInt64(value)).toBeUndefined();
});

it('makes numbers of those that a double holds, and of no other', () => {
  fc.assert(
    fc.property(fc.oneof(int64, fc.bigInt({ min: -(2n ** 55n), max: 2n ** 55n })), (value) => {
      const number = Number(value);
      expect(toSafeInteger(value)).toBe(Number.isSafeInteger(number) ? number : undefined);
    }),
  );
  const edge = 2n ** 53n - 1n;
  expect([edge, edge + 1n, -edge, -edge - 1n, 2n ** 64n, 2n ** 64n + 1n].map(toSafeInteger)).toEqual([
    2 ** 53 - 1,
    undefined,
    -(2 ** 53 - 1),
    undefined,
    undefined,
    undefined,
  ]);
});
