import { describe, expect, it } from 'vitest';
import { judge } from './thresholds.js';

describe('judge', () => {
  const load = { caution: 36, alert: 20, lowerIsBetter: false };
  const memory = { caution: 200, alert: 240, lowerIsBetter: true };

  it('calls high values good where high is better', () => {
    expect([72, 37, 36, 21, 20, 0].map((value) => judge(load, value))).toEqual([
      'normal',
      'normal',
      'caution',
      'caution',
      'alert',
      'alert',
    ]);
  });

  it('calls low values good where low is better', () => {
    expect([0, 199, 200, 239, 240, 9e9].map((value) => judge(memory, value))).toEqual([
      'normal',
      'normal',
      'caution',
      'caution',
      'alert',
      'alert',
    ]);
  });

  it('takes the direction from rising thresholds where the description leaves it out', () => {
    const unsaid = { caution: 28, alert: 30 };
    expect([10, 29, 31].map((value) => judge(unsaid, value))).toEqual(['normal', 'caution', 'alert']);
  });

  it('has nothing to say without thresholds, or without a number', () => {
    expect(judge({ caution: 0, alert: 0, lowerIsBetter: false }, 5)).toBeUndefined();
    expect(judge(load, Number.NaN)).toBeUndefined();
    expect(judge(load, Number.NEGATIVE_INFINITY)).toBeUndefined();
  });

  it('knows an alert at zero', () => {
    expect([3, 1, 0].map((value) => judge({ caution: 2, alert: 0 }, value))).toEqual(['normal', 'caution', 'alert']);
  });
});
