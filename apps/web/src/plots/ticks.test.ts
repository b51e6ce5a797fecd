import { describe, expect, it } from 'vitest';
import { rangeAround, timeTicks, valueTicks } from './ticks.js';

describe('valueTicks', () => {
  it.each([
    [{ min: 0, max: 1 }, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [{ min: 0, max: 42 }, [0, 10, 20, 30, 40]],
    [{ min: -3, max: 7 }, [-2, 0, 2, 4, 6]],
    [{ min: 0, max: 0.003 }, [0, 0.001, 0.002, 0.003]],
  ])('of %o are round', (range, ticks) => {
    expect(valueTicks(range, 5).at.map((tick) => tick + 0)).toEqual(ticks);
  });

  it('are none on a range without height', () => {
    expect(valueTicks({ min: 1, max: 1 }, 5).at).toEqual([]);
    expect(valueTicks({ min: 0, max: Infinity }, 5).at).toEqual([]);
  });
});

describe('timeTicks', () => {
  it('stand at round times and are no more than asked for', () => {
    expect(timeTicks({ from: 1001, to: 1601 }, 6, 'utc')).toEqual({ at: [1080, 1200, 1320, 1440, 1560], step: 120 });
    for (const span of [3, 100, 5000, 86_400, 1e6, 1e8]) {
      expect(timeTicks({ from: 12_345, to: 12_345 + span }, 8, 'utc').at.length).toBeLessThanOrEqual(9);
    }
  });

  it('stand at the reader’s midnight', () => {
    const before = process.env.TZ;
    process.env.TZ = 'Asia/Kolkata';
    try {
      const [first = 0] = timeTicks({ from: 0, to: 5 * 86_400 }, 6, 'local').at;
      expect(first).toBe(86_400 - 5.5 * 3600);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });
});

describe('rangeAround', () => {
  it('begins at zero where nothing is below it', () => {
    expect(rangeAround({ min: 50, max: 100 })).toEqual({ min: 0, max: 106 });
    expect(rangeAround({ min: -100, max: -50 })).toEqual({ min: -106, max: 0 });
  });

  it('has a height where there is no value, or zeros only', () => {
    expect(rangeAround(undefined)).toEqual({ min: 0, max: 1 });
    expect(rangeAround({ min: 0, max: 0 })).toEqual({ min: 0, max: 1 });
  });
});
