import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isTimeoutError, withDeadline } from './deadline.js';
import { createFakeClock } from './testing.js';

const forever = () => new Promise<never>(() => undefined);

describe('withDeadline', () => {
  it('passes the result on and leaves no timer and no listener', async () => {
    const clock = createFakeClock();
    const { signal } = new AbortController();
    await expect(withDeadline(() => Promise.resolve(7), { clock, signal, timeoutMs: 50 })).resolves.toBe(7);
    expect(clock.pendingTimers).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('leaves no listener on the signal that it gave to the work', async () => {
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal) => {
      given = signal;
      return Promise.resolve();
    };
    await withDeadline(work, { timeoutMs: 50 });
    expect(getEventListeners(given ?? new AbortController().signal, 'abort')).toHaveLength(0);
    expect(given).toBeDefined();
  });

  it('passes a failure on and leaves no timer and no listener', async () => {
    const clock = createFakeClock();
    const { signal } = new AbortController();
    const failure = new Error('broken');
    await expect(withDeadline(() => Promise.reject(failure), { clock, signal, timeoutMs: 50 })).rejects.toBe(failure);
    expect(clock.pendingTimers).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('rejects with a retryable TimeoutError that says what was attempted, although the work goes on', async () => {
    const clock = createFakeClock();
    const call = withDeadline(forever, { clock, timeoutMs: 50, attempted: 'GET http://pier/' });
    const failed = call.catch((error: unknown) => error);
    await clock.advance(50);
    const error = await failed;
    expect(isTimeoutError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'timeout',
      isRetryable: true,
      message: 'GET http://pier/ took longer than 50 ms',
    });
  });

  it('aborts the signal of the work with the same TimeoutError', async () => {
    const clock = createFakeClock();
    let seen: unknown;
    const call = withDeadline(
      (signal) => {
        signal.addEventListener('abort', () => {
          seen = signal.reason;
        });
        return forever();
      },
      { clock, timeoutMs: 50 },
    ).catch((error: unknown) => error);
    await clock.advance(50);
    expect(seen).toBe(await call);
  });

  it("rejects at once with the caller's reason", async () => {
    const controller = new AbortController();
    const call = withDeadline(forever, { signal: controller.signal });
    controller.abort('storm');
    await expect(call).rejects.toBe('storm');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('does not begin the work under an aborted signal', async () => {
    let began = false;
    const work = () => {
      began = true;
      return Promise.resolve();
    };
    await expect(withDeadline(work, { signal: AbortSignal.abort('storm') })).rejects.toBe('storm');
    expect(began).toBe(false);
  });

  it.each([0, undefined])('has no deadline with timeoutMs %s', async (timeoutMs) => {
    const clock = createFakeClock();
    void withDeadline(forever, { clock, timeoutMs });
    expect(clock.pendingTimers).toBe(0);
  });
});
