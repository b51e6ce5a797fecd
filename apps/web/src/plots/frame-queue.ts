import { type Clock, systemClock } from '@moorline/core';

/** Work for the next frames: each job runs at most once a frame, and what does not fit waits for the next one. */
export interface FrameQueue {
  /** Runs the job in a coming frame; one that waits already is not added again. */
  request(job: () => void): void;
  /** Takes a job back. */
  cancel(job: () => void): void;
}

/** What a queue needs of the browser. */
export interface FrameQueueOptions {
  /** Milliseconds of work in one frame, after which no further job is begun. Default 6: the job that goes over it fits in as well. */
  budgetMs?: number;
  requestFrame?: (callback: () => void) => void;
  clock?: Clock;
}

/**
 * Shares frames out: when thirty plots follow one zoom, each frame draws as many of them as fit and the others come with the
 * next ones, so that the page goes on answering the hand that zooms.
 */
export function createFrameQueue({
  budgetMs = 6,
  requestFrame = (callback) => void requestAnimationFrame(callback),
  clock = systemClock,
}: FrameQueueOptions = {}): FrameQueue {
  const waiting = new Set<() => void>();
  let isRequested = false;

  function run() {
    isRequested = false;
    const end = clock.monotonic() + budgetMs;
    try {
      for (const job of [...waiting]) {
        if (!waiting.delete(job)) continue;
        job();
        if (clock.monotonic() >= end) return;
      }
    } finally {
      // Also after a job that threw: it must not hold up the others.
      if (waiting.size > 0) schedule();
    }
  }

  function schedule() {
    if (isRequested) return;
    isRequested = true;
    requestFrame(run);
  }

  return {
    request(job) {
      waiting.add(job);
      schedule();
    },
    cancel: (job) => void waiting.delete(job),
  };
}
