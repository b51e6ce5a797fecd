import { expect, it } from 'vitest';
import { summarise } from './summary.js';

const plot = {
  title: 'mem_bw',
  unit: { base: 'B/s', prefix: 'G' },
  lines: 2,
  shown: { from: 0, to: 60 },
  zone: 'utc' as const,
};

it('a plot is summed up with its numbers, unit and time', () => {
  const text = summarise({ ...plot, statistics: { min: 0.5, avg: 20, max: 180, count: 9 } });
  expect(text.replaceAll('\u{a0}', ' ')).toBe(
    'mem_bw, 2 lines, 1970-01-01 00:00:00 – 00:01:00 UTC: minimum 500 MB/s, average 20 GB/s, maximum 180 GB/s.',
  );
});

it('a plot without a value says so', () => {
  expect(summarise({ ...plot, lines: 1, statistics: undefined })).toMatch(
    /^mem_bw, 1 line, .*: nothing was measured\.$/,
  );
});
