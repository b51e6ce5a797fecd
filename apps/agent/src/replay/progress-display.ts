import { remark } from '@moorline/app-kit';
import { type Clock, systemClock } from '@moorline/core';
import { SingleBar } from 'cli-progress';
import type { ReplayProgress } from './replay.js';

/** Shows how far a replay has come, on standard error. */
export interface ProgressDisplay {
  show(progress: ReplayProgress): void;
  /** Says something beside the progress. */
  say(text: string): void;
  end(): void;
}

export const createProgressDisplay = (isTerminal: boolean): ProgressDisplay =>
  isTerminal ? createBar() : createLines();

/** A bar that is drawn over itself. */
function createBar(): ProgressDisplay {
  const bar = new SingleBar({
    format: ' {bar} {percentage}% | {jobs} of {totalJobs} jobs | {rate} jobs/s | {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    etaBuffer: 1000,
    stream: process.stderr,
  });
  const rate = createRate(systemClock);
  let isStarted = false;
  let last: ReplayProgress | undefined;
  const draw = (progress: ReplayProgress) => {
    const jobs = jobsOf(progress);
    const note = progress.waitingFor === undefined ? '' : `waiting: ${progress.waitingFor}`;
    const payload = { jobs, totalJobs: progress.totalEvents / 2, rate: rate(jobs), note };
    if (isStarted) bar.update(progress.deliveredEvents, payload);
    else bar.start(progress.totalEvents, progress.deliveredEvents, payload);
    isStarted = true;
  };
  return {
    show: (progress) => draw((last = progress)),
    say(text) {
      // The bar ends where it is, and a new one begins below the text.
      if (isStarted) bar.stop();
      remark(text);
      isStarted = false;
      if (last !== undefined) draw(last);
    },
    end: () => bar.stop(),
  };
}

const linesEveryMs = 5000;

/** A line now and then, for logs and pipes. */
function createLines(clock: Clock = systemClock): ProgressDisplay {
  const rate = createRate(clock);
  let nextAt = clock.monotonic() + linesEveryMs;
  return {
    show(progress) {
      if (clock.monotonic() < nextAt) return;
      nextAt = clock.monotonic() + linesEveryMs;
      const jobs = jobsOf(progress);
      remark(`${jobs} of ${progress.totalEvents / 2} jobs, ${rate(jobs)} jobs/s`);
    },
    say: remark,
    end: () => undefined,
  };
}

const jobsOf = ({ deliveredEvents }: ReplayProgress): number => Math.floor(deliveredEvents / 2);

/** Jobs per second since the first call. */
function createRate(clock: Clock): (jobs: number) => number {
  let start: { jobs: number; at: number } | undefined;
  return (jobs) => {
    start ??= { jobs, at: clock.monotonic() };
    const seconds = (clock.monotonic() - start.at) / 1000;
    return seconds < 0.5 ? 0 : Math.round((jobs - start.jobs) / seconds);
  };
}
