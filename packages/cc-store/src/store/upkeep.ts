import type { Clock, Logger, Timer } from '@moorline/core';
import type { MetricStore } from '../metrics/metric-store.js';
import type { NeededSince } from '../metrics/needed-since.js';
import type { HorizonAt } from './horizon.js';

/** Work on metrics that nobody waits for: folding the journal, and forgetting what is too old. */
export interface Upkeep {
  /** To be called after each write of samples. */
  readonly onSamples: () => void;
  compactNow(): Promise<void>;
  /** Ends the timer and folds the journal a last time, for at most two seconds: what is left is read at the next open. */
  close(): Promise<void>;
}

export interface UpkeepOptions {
  metrics: MetricStore;
  /** What is to be forgotten as the rules have it. */
  horizonAt: HorizonAt;
  /** From when on hosts' samples are needed, whatever the rules say. */
  neededSince: () => Promise<NeededSince>;
  compactAfterMs: number | undefined;
  clock: Clock;
  logger: Logger;
}

export function createUpkeep({
  metrics,
  horizonAt,
  neededSince,
  compactAfterMs = 600_000,
  clock,
  logger,
}: UpkeepOptions): Upkeep {
  let timer: Timer | undefined;
  let running: Promise<void> | undefined;
  let isClosed = false;
  /** Monotonic milliseconds. */
  let foldUntil = Infinity;
  let retainedAt = -Infinity;

  /** One at a time: a second one begins when the first has ended, so that what came meanwhile is folded too. */
  const compactNow = async (): Promise<void> => {
    while (running !== undefined) await running.catch(() => undefined);
    running = metrics.compact(() => clock.monotonic() >= foldUntil);
    try {
      await running;
    } finally {
      running = undefined;
    }
  };

  const work = async (): Promise<void> => {
    try {
      await compactNow();
      const now = clock.now();
      if (now - retainedAt < retainEveryMs) return;
      retainedAt = now;
      const needed = await neededSince();
      const chunks = await metrics.forget(metrics.catalog.all(), ({ key }) => {
        const horizon = horizonAt(key, now / 1000);
        if (horizon === undefined) return undefined;
        const samplesBefore = Math.min(horizon.samplesBefore, needed(key.cluster, key.host));
        return { samplesBefore, rollupsBefore: Math.min(horizon.rollupsBefore, samplesBefore) };
      });
      if (chunks > 0) logger.info({ chunks }, 'forgot metrics that were older than they are to be kept');
    } catch (error) {
      // The samples stay in the journal and are readable; the next round tries again.
      logger.error({ err: error }, 'folding the metrics failed');
    }
  };

  const arm = (): void => {
    timer = clock.setTimer(compactAfterMs, () => void work().finally(() => (isClosed ? undefined : arm())));
    timer.unref();
  };
  arm();

  return {
    onSamples() {
      if (metrics.stats.journalBytes >= journalLimit && running === undefined && !isClosed) void work();
    },
    compactNow,
    async close() {
      isClosed = true;
      timer?.cancel();
      foldUntil = clock.monotonic() + lastFoldMs;
      await compactNow().catch((error: unknown) =>
        logger.error({ err: error }, 'folding the metrics at the end failed'),
      );
    },
  };
}

/** Bytes of the journal beyond which it is folded at once: bounds the memory for its samples, and the time of the next start. */
const journalLimit = 8 * 2 ** 20;
/** A server that stops has five seconds. */
const lastFoldMs = 2000;
const retainEveryMs = 3_600_000;
