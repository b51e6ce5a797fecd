import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { silentLogger } from '@moorline/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampleClock } from './sample-clock.js';

const start = 1_700_000_000_000;

describe('createSampleClock', () => {
  it('tells the wall time in whole seconds', async () => {
    const clock = createFakeClock(start);
    const seconds = createSampleClock(clock, silentLogger);
    await clock.advance(10_900);
    expect(seconds()).toBe(start / 1000 + 10);
  });

  it('runs on at half speed when the clock is set back, until the clock has caught up', async () => {
    const clock = createFakeClock(start);
    const logger = createRecordingLogger();
    const seconds = createSampleClock(clock, logger);
    clock.setWallTime(start - 20_000);
    await clock.advance(10_000);
    expect(seconds()).toBe(start / 1000 + 5);
    await clock.advance(20_000);
    expect(seconds()).toBe(start / 1000 + 15);
    await clock.advance(20_000);
    expect(seconds()).toBe(start / 1000 + 30);
    expect(logger.records.map(({ level }) => level)).toEqual(['warn']);
  });

  it('follows a clock that is set forward', async () => {
    const clock = createFakeClock(start);
    const seconds = createSampleClock(clock, silentLogger);
    clock.setWallTime(start + 3_600_000);
    expect(seconds()).toBe(start / 1000 + 3600);
  });

  it('never goes backwards, whatever the clock does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(fc.record({ advance: fc.nat(60_000) }), fc.record({ jump: fc.integer({ min: -1e7, max: 1e7 }) })),
        ),
        async (steps) => {
          const clock = createFakeClock(start);
          const seconds = createSampleClock(clock, silentLogger);
          let last = seconds();
          for (const step of steps) {
            if ('advance' in step) await clock.advance(step.advance);
            else clock.setWallTime(clock.now() + step.jump);
            const now = seconds();
            expect(now).toBeGreaterThanOrEqual(last);
            last = now;
          }
        },
      ),
    );
  });
});
