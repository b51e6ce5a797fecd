import { expect, it } from 'vitest';
import { formatClock, formatDuration, formatRelative } from './duration.js';
import { noValue } from './unit.js';

const plain = (text: string) => text.replaceAll('\u{a0}', ' ').replaceAll('\u{202f}', ' ');

it.each([
  [0, '0 s'],
  [0.25, '250 ms'],
  [59.9, '59 s'],
  [65, '1 min 05 s'],
  [3900, '1 h 05 min'],
  [86_400 * 2 + 3 * 3600, '2 d 3 h'],
  [86_400 * 20_000, '20 000 d'],
  [-65, '−1 min 05 s'],
  [Number.NaN, noValue],
  [Infinity, noValue],
])('%d seconds last %s', (seconds, text) => {
  expect(plain(formatDuration(seconds))).toBe(text);
});

it('a missing duration is no value', () => {
  expect([formatDuration(null), formatDuration(undefined)]).toEqual([noValue, noValue]);
});

it.each([
  [12, '0:12'],
  [-3, '0:00'],
  [3912, '1:05:12'],
  [86_400 * 2 + 3 * 3600 + 899, '2 d 03:14:59'],
  [Number.NaN, noValue],
])('a clock at %d shows %s', (seconds, text) => {
  expect(plain(formatClock(seconds))).toBe(text);
});

it.each([
  [1000, 'just now'],
  [1003, 'just now'],
  [990, '10 s ago'],
  [820, '3 min ago'],
  [1000 + 7300, 'in 2 h'],
  [1000 - 86_400 * 3, '3 d ago'],
  [null, noValue],
])('%s seen from 1000 is %s', (time, text) => {
  expect(plain(formatRelative(time, 1000))).toBe(text);
});
