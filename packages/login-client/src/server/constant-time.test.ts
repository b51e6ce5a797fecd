import { describe, expect, it } from 'vitest';
import { equalInConstantTime } from './constant-time.js';

describe('equalInConstantTime', () => {
  it('tells equal texts from others of any length', () => {
    expect(equalInConstantTime('reg-é', 'reg-é')).toBe(true);
    expect(equalInConstantTime('', '')).toBe(true);
    for (const [a, b] of [
      ['a', 'b'],
      ['a', 'aa'],
      ['aa', 'a'],
      ['', 'a'],
      ['é', 'e'],
    ] as const) {
      expect(equalInConstantTime(a, b)).toBe(false);
    }
  });
});
