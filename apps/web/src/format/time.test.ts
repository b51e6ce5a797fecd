import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTime, formatTimeOfDay, formatTimeRange, tickLabels } from './time.js';
import { noValue } from './unit.js';

const before = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'Asia/Kolkata';
});
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

const noon = Date.UTC(2026, 10, 29, 12, 0, 5) / 1000;

describe('times', () => {
  it('are written in the reader’s zone or in UTC, and UTC says so', () => {
    expect(formatTime(noon, 'utc')).toBe('2026-11-29 12:00:05\u{a0}UTC');
    expect(formatTime(noon, 'local')).toBe('2026-11-29 17:30:05');
    expect(formatTimeOfDay(noon, 'local')).toBe('17:30:05');
  });

  it('are no value where no calendar has them', () => {
    for (const time of [null, undefined, Number.NaN, Infinity, 1e15]) expect(formatTime(time, 'utc')).toBe(noValue);
  });

  it('of a range name the day once', () => {
    expect(formatTimeRange(noon, noon + 60, 'utc')).toBe('2026-11-29 12:00:05 – 12:01:05\u{a0}UTC');
    expect(formatTimeRange(noon, noon + 86_400, 'utc')).toBe('2026-11-29 12:00:05 – 2026-11-30 12:00:05\u{a0}UTC');
  });
});

describe('tickLabels', () => {
  it('name the day at the first tick and where one begins', () => {
    const ticks = [noon - 5, noon - 5 + 43_200, noon - 5 + 86_400];
    expect(tickLabels(ticks, 43_200, 'utc')).toEqual(['12:00\n2026-11-29', '00:00\n2026-11-30', '12:00']);
  });

  it('are as fine as the step', () => {
    expect(tickLabels([noon], 1, 'utc')).toEqual(['12:00:05\n2026-11-29']);
    expect(tickLabels([noon], 86_400, 'utc')).toEqual(['2026-11-29']);
  });
});
