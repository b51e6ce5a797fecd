import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { ReadingPace } from './reading-pace.js';

describe('ReadingPace', () => {
  const start = () => {
    const clock = createFakeClock();
    const reads: number[] = [];
    const from = clock.monotonic();
    const pace = new ReadingPace({
      clock,
      busyMs: 5000,
      quietMs: 60_000,
      read: () => reads.push(clock.monotonic() - from),
    });
    return { clock, pace, reads };
  };

  it('reads once for many events, five seconds after the last reading', async () => {
    const { clock, pace, reads } = start();
    for (let second = 0; second < 12; second++) {
      await clock.advance(1000);
      pace.soon();
    }
    expect(reads).toEqual([5000, 10_000]);
    await clock.advance(60_000);
    expect(reads).toEqual([5000, 10_000, 15_000]);
    pace.stop();
  });

  it('reads at once where the last reading is long ago', async () => {
    const { clock, pace, reads } = start();
    await clock.advance(20_000);
    pace.soon();
    await clock.advance(0);
    expect(reads).toEqual([20_000]);
    pace.stop();
  });

  it('reads each minute where nothing comes, and not after it was stopped', async () => {
    const { clock, pace, reads } = start();
    await clock.advance(60_000);
    await clock.advance(60_000);
    expect(reads).toEqual([60_000, 120_000]);
    pace.stop();
    await clock.advance(600_000);
    expect(reads).toHaveLength(2);
  });
});
