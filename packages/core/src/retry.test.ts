import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { MoorlineError } from './error.js';
import { backoffDelay, parseRetryAfter, retry } from './retry.js';
import { createFakeClock } from './testing.js';

const transient = (retryAfterMs?: number) =>
  new MoorlineError('busy', {
    code: 'busy',
    isRetryable: true,
    details: retryAfterMs === undefined ? {} : { retryAfterMs },
  });
const plain = { random: () => 0 };

describe('backoffDelay', () => {
  it('doubles up to the maximum', () => {
    const delays = [1, 2, 3, 4, 5].map((attempt) =>
      backoffDelay(attempt, { minDelayMs: 100, maxDelayMs: 500, ...plain }),
    );
    expect(delays).toEqual([100, 200, 400, 500, 500]);
  });

  it('stays between the unjittered delay and its share, for every attempt and random number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random, jitter) => {
          const delay = backoffDelay(attempt, { jitter, random: () => random });
          const full = Math.min(30_000, 200 * 2 ** (attempt - 1));
          expect(delay).toBeLessThanOrEqual(full);
          expect(delay).toBeGreaterThanOrEqual(full * (1 - jitter) - 1e-9);
        },
      ),
    );
  });
});

describe('retry', () => {
  it('tries again after transient failures with growing delays, and tells of each', async () => {
    const clock = createFakeClock();
    const onRetry = vi.fn();
    const work = vi.fn<(attempt: number) => Promise<string>>();
    work.mockRejectedValueOnce(transient()).mockRejectedValueOnce(transient()).mockResolvedValueOnce('moored');
    const result = retry(work, { clock, onRetry, minDelayMs: 100, ...plain });
    await clock.advance(300);
    await expect(result).resolves.toBe('moored');
    expect(work.mock.calls).toEqual([[1], [2], [3]]);
    expect(onRetry.mock.calls.map(([event]) => (event as { delayMs: number }).delayMs)).toEqual([100, 200]);
  });

  it('gives up with the last error when the attempts are used up', async () => {
    const clock = createFakeClock();
    const errors = [transient(), transient()];
    let attempt = 0;
    const result = retry(() => Promise.reject(errors[attempt++] ?? new Error('too many attempts')), {
      clock,
      maxAttempts: 2,
      ...plain,
    });
    const failed = result.catch((error: unknown) => error);
    await clock.advance(10_000);
    expect(await failed).toBe(errors[1]);
  });

  it('never repeats a failure that is final', async () => {
    const work = vi.fn(() => Promise.reject(new Error('final')));
    await expect(retry(work)).rejects.toThrow('final');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('waits as long as the peer asked when that is longer than the back-off', async () => {
    const clock = createFakeClock();
    const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(transient(5000)).mockResolvedValueOnce('moored');
    const result = retry(work, { clock, minDelayMs: 100, ...plain });
    await clock.advance(4999);
    expect(work).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    await expect(result).resolves.toBe('moored');
  });

  it('ends a wait at once when aborted, without another attempt, timer or listener', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const work = vi.fn(() => Promise.reject(transient()));
    const result = retry(work, { clock, signal: controller.signal, maxAttempts: Infinity });
    const failed = result.catch((error: unknown) => error);
    await clock.advance(0);
    controller.abort('storm');
    expect(await failed).toBe('storm');
    expect(work).toHaveBeenCalledTimes(1);
    expect(clock.pendingTimers).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('rejects with the reason, not with the failure, when the abort is what failed the attempt', async () => {
    const controller = new AbortController();
    const work = () => {
      controller.abort('storm');
      return Promise.reject(transient());
    };
    await expect(retry(work, { signal: controller.signal })).rejects.toBe('storm');
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j is %s ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
