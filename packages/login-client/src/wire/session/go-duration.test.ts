import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatGoDuration, parseGoDuration } from './go-duration.js';

describe('durations as Go writes them', () => {
  it.each([
    ['0s', 0],
    ['1ns', 1],
    ['1.5µs', 1500],
    ['300ms', 300e6],
    ['10s', 10e9],
    ['1m0s', 60e9],
    ['1h2m3.5s', 3_723_500_000_000],
    ['-1.25s', -1_250_000_000],
  ])('%s', (text, nanos) => {
    expect(parseGoDuration(text)).toBe(nanos);
    expect(formatGoDuration(nanos)).toBe(text);
  });

  it('are read in every unit and spelling', () => {
    expect(['0', '.5s', '1.s', '+2us', '90m', '1μs'].map(parseGoDuration)).toEqual([0, 5e8, 1e9, 2000, 5400e9, 1000]);
    for (const text of ['', '5', 's', '1x', '1s ', '1.2.3s', '--1s']) expect(parseGoDuration(text)).toBeUndefined();
  });

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), (nanos) => {
        expect(parseGoDuration(formatGoDuration(nanos))).toBe(nanos);
      }),
    );
  });
});
