import { StoreError } from '../errors.js';
import type { SeriesKey } from './series-state.js';

/** How long samples are kept. Absent members mean any. */
export interface RetentionRule {
  cluster?: string | undefined;
  metric?: string | undefined;
  /** Days, > 0. */
  days: number;
}

/** Seconds that a series' samples are kept; undefined = for ever. */
type KeepSeconds = (key: Pick<SeriesKey, 'cluster' | 'metric'>) => number | undefined;

/**
 * The rule that names most of a series counts: metric and cluster, then the metric, then the cluster, then neither; of equals the first.
 *
 * @param defaultDays for what no rule is about; undefined = for ever.
 * @throws StoreError `invalid_argument` where a number of days is not > 0.
 */
export function keepSecondsOf(rules: readonly RetentionRule[], defaultDays: number | undefined): KeepSeconds {
  const bad = rules.find(({ days }) => !(days > 0));
  if (bad !== undefined) {
    throw new StoreError(`a retention rule has ${bad.days} days, not > 0`, {
      code: 'invalid_argument',
      hint: 'leave the rule out to keep its samples for ever',
    });
  }
  const weight = ({ cluster, metric }: RetentionRule) =>
    (metric === undefined ? 0 : 2) + (cluster === undefined ? 0 : 1);
  const ordered = [...rules].sort((a, b) => weight(b) - weight(a));
  return (key) => {
    const rule = ordered.find(
      ({ cluster, metric }) =>
        (cluster === undefined || cluster === key.cluster) && (metric === undefined || metric === key.metric),
    );
    const days = rule?.days ?? defaultDays;
    return days === undefined ? undefined : days * secondsPerDay;
  };
}

const secondsPerDay = 86_400;
