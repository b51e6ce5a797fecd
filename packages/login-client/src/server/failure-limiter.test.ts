import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { createFailureLimiter } from './failure-limiter.js';

describe('createFailureLimiter', () => {
  const limit = { maxFailures: 2, windowMs: 1000 };

  it('turns a key away after its failures until the window ends, and no other key', async () => {
    const clock = createFakeClock();
    const limiter = createFailureLimiter(limit, clock);
    limiter.record('a');
    expect(limiter.blockedForMs(() => 'a')).toBeUndefined();
    await clock.advance(400);
    limiter.record('a');
    expect(limiter.blockedForMs(() => 'a')).toBe(600);
    expect(limiter.blockedForMs(() => 'b')).toBeUndefined();
    await clock.advance(600);
    expect(limiter.blockedForMs(() => 'a')).toBeUndefined();
  });

  it('is not fooled by a wall clock that jumps', async () => {
    const clock = createFakeClock();
    const limiter = createFailureLimiter({ ...limit, maxFailures: 1 }, clock);
    limiter.record('a');
    clock.setWallTime(0);
    expect(limiter.blockedForMs(() => 'a')).toBe(1000);
  });

  it('does not ask for the key while nothing has failed', () => {
    const limiter = createFailureLimiter(limit, createFakeClock());
    expect(limiter.blockedForMs(() => expect.unreachable())).toBeUndefined();
  });

  it('forgets the oldest key beyond its bound', () => {
    const limiter = createFailureLimiter({ maxFailures: 1, windowMs: 1000 }, createFakeClock(), 2);
    for (const key of ['a', 'b', 'c']) limiter.record(key);
    expect(limiter.blockedForMs(() => 'a')).toBeUndefined();
    expect(limiter.blockedForMs(() => 'b')).toBe(1000);
    expect(limiter.blockedForMs(() => 'c')).toBe(1000);
  });
});
