import { StoreError } from '../errors.js';
import type { Horizon } from '../metrics/forget.js';
import { keepSecondsOf } from '../metrics/retention.js';
import type { SeriesKey } from '../metrics/series-state.js';
import type { CommonStoreOptions } from './store-options.js';

/** What is to be forgotten of a series at a time in Unix seconds; undefined where nothing ever is. */
export type HorizonAt = (key: Pick<SeriesKey, 'cluster' | 'metric'>, now: number) => Horizon | undefined;

/**
 * How long metrics are kept: samples by the rules, roll-ups as long as these or longer.
 *
 * @throws StoreError `invalid_argument`
 */
export function horizonOf({
  metricRetentionDays,
  rollupRetentionDays,
  retention = [],
}: Pick<CommonStoreOptions, 'metricRetentionDays' | 'rollupRetentionDays' | 'retention'>): HorizonAt {
  if (metricRetentionDays !== undefined && !(metricRetentionDays > 0)) {
    throw new StoreError(`metricRetentionDays is ${metricRetentionDays}, not > 0`, { code: 'invalid_argument' });
  }
  // Whatever still has its samples is to have its roll-ups: long jobs are read from these.
  if (rollupRetentionDays !== undefined && !(rollupRetentionDays >= (metricRetentionDays ?? Infinity))) {
    throw new StoreError(
      `rollupRetentionDays is ${rollupRetentionDays}, and metricRetentionDays ${metricRetentionDays ?? 'for ever'}`,
      { code: 'invalid_argument', hint: 'keep roll-ups as long as samples, or longer' },
    );
  }
  const keepSeconds = keepSecondsOf(retention, metricRetentionDays);
  const rollupSeconds = (rollupRetentionDays ?? 0) * secondsPerDay;
  return (key, now) => {
    const seconds = keepSeconds(key);
    if (seconds === undefined) return undefined;
    return {
      samplesBefore: timeBefore(now, seconds),
      rollupsBefore: timeBefore(now, Math.max(seconds, rollupSeconds)),
    };
  };
}

/** Of an infinite time, what is before every time that a sample can have. */
function timeBefore(now: number, seconds: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.floor(now - seconds));
}

const secondsPerDay = 86_400;
