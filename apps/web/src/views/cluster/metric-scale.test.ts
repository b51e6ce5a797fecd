import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetricScale } from './metric-scale.js';

describe('createMetricScale', () => {
  it('begins at zero where the values spread, and has bounds that read well', () => {
    expect(createMetricScale([3, 30, 68], 7)?.bounds).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
  });

  it('looks closely at values that lie together', () => {
    const scale = createMetricScale([2310, 2350, 2400], 7);
    expect(scale?.bounds[0]).toBeGreaterThan(2200);
    expect(new Set([2310, 2350, 2400].map((value) => scale?.stepOf(value))).size).toBe(3);
  });

  it('has one colour for one value', () => {
    const scale = createMetricScale([5, 5, 5], 7);
    expect(scale?.stepOf(5)).toBeGreaterThanOrEqual(0);
    expect(createMetricScale([0], 7)?.stepOf(0)).toBe(0);
  });

  it('leaves numbers out that are none, and is undefined where there is no other', () => {
    expect(createMetricScale([Number.NaN, Infinity, 7], 2)?.stepOf(7)).toBe(1);
    expect(createMetricScale([Number.NaN], 7)).toBeUndefined();
    expect(createMetricScale([], 7)).toBeUndefined();
  });

  it('gives a few far values the last colour, so that the others keep theirs', () => {
    const many = Array.from({ length: 100 }, (_, index) => index);
    const scale = createMetricScale([...many, 5000], 7);
    expect(scale).toMatchObject({ isOpenBelow: false, isOpenAbove: true });
    expect(new Set(many.map((value) => scale?.stepOf(value))).size).toBe(7);
    expect(scale?.stepOf(5000)).toBe(6);
    expect(createMetricScale(many, 7)).toMatchObject({ isOpenBelow: false, isOpenAbove: false });
  });

  it('leaves no value out where there are few', () => {
    expect(createMetricScale([1, 2, 3, 5000], 7)).toMatchObject({ isOpenBelow: false, isOpenAbove: false });
  });

  it('has every value between its bounds, in steps that rise with it', () => {
    const number = fc
      .double({ min: -1e12, max: 1e12, noNaN: true })
      .filter((value) => value === 0 || Math.abs(value) > 1e-9);
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 9 }),
        (values, steps) => {
          const scale = createMetricScale(values, steps);
          if (scale === undefined) throw new Error('there are values');
          const { bounds } = scale;
          expect(bounds).toHaveLength(steps + 1);
          const slack = ((bounds[1] ?? 0) - (bounds[0] ?? 0)) * 1e-6;
          expect(slack).toBeGreaterThan(0);
          const sorted = [...values].sort((one, other) => one - other);
          let before = 0;
          for (const value of sorted) {
            const step = scale.stepOf(value);
            expect(step).toBeGreaterThanOrEqual(before);
            expect(value).toBeGreaterThanOrEqual((bounds[step] ?? NaN) - slack);
            expect(value).toBeLessThanOrEqual((bounds[step + 1] ?? NaN) + slack);
            before = step;
          }
        },
      ),
    );
  });
});
