import { systemClock } from '@moorline/core';
import { describe, expect, it } from 'vitest';
import { createFrameQueue } from './frame-queue.js';

function setUp() {
  let now = 0;
  // Time that passes inside of a job, as work does.
  const clock = { ...systemClock, monotonic: () => now };
  const frames: (() => void)[] = [];
  const queue = createFrameQueue({ budgetMs: 8, clock, requestFrame: (frame) => frames.push(frame) });
  const log: string[] = [];
  const job = (name: string, costMs: number) => () => {
    log.push(name);
    now += costMs;
  };
  const frame = () => {
    log.push('|');
    frames.shift()?.();
  };
  return { queue, frames, frame, job, log };
}

describe('a frame queue', () => {
  it('does in a frame what fits, and the rest in the next ones', () => {
    const { queue, frames, frame, job, log } = setUp();
    for (const name of ['a', 'b', 'c', 'd', 'e']) queue.request(job(name, 5));
    while (frames.length > 0) frame();
    expect(log).toEqual(['|', 'a', 'b', '|', 'c', 'd', '|', 'e']);
  });

  it('does each job once a frame, however often it is asked for', () => {
    const { queue, frames, frame, job, log } = setUp();
    const one = job('a', 1);
    queue.request(one);
    queue.request(one);
    expect(frames).toHaveLength(1);
    frame();
    expect(log).toEqual(['|', 'a']);
  });

  it('lets a job ask for its next time, and the others come first', () => {
    const { queue, frames, frame, job, log } = setUp();
    const last = job('again', 5);
    const first = job('first', 5);
    queue.request(() => {
      first();
      queue.request(last);
    });
    queue.request(job('b', 5));
    queue.request(job('c', 5));
    for (let count = 0; count < 3 && frames.length > 0; count++) frame();
    expect(log).toEqual(['|', 'first', 'b', '|', 'c', 'again']);
  });

  it('forgets what is cancelled', () => {
    const { queue, frame, job, log } = setUp();
    const one = job('a', 1);
    queue.request(one);
    queue.cancel(one);
    frame();
    expect(log).toEqual(['|']);
  });

  it('goes on with the others when a job throws', () => {
    const { queue, frames, frame, job, log } = setUp();
    queue.request(() => {
      throw new Error('broken');
    });
    queue.request(job('b', 1));
    expect(frame).toThrow('broken');
    while (frames.length > 0) frame();
    expect(log).toEqual(['|', '|', 'b']);
  });
});
