import type { MetricConfig } from '@moorline/control-api';

/** How a value stands to the thresholds of its metric, the best first. */
export const verdicts = ['normal', 'caution', 'alert'] as const;

export type Verdict = (typeof verdicts)[number];

/**
 * Whether high values are the bad ones. Some descriptions leave `lowerIsBetter` out, and an override that does not name it
 * resets it; a caution below the alert says the same.
 */
export function isLowerBetter({ lowerIsBetter, caution, alert }: Thresholds): boolean {
  return lowerIsBetter === true || caution < alert;
}

/** Whether the description says anything about good and bad: an override that names no thresholds leaves zeros. */
export function hasThresholds({ caution, alert }: Thresholds): boolean {
  return caution !== 0 || alert !== 0;
}

/** Undefined where there are no thresholds, or no number. A value on a threshold is beyond it. */
export function judge(metric: Thresholds, value: number): Verdict | undefined {
  if (!hasThresholds(metric) || !Number.isFinite(value)) return undefined;
  const sign = isLowerBetter(metric) ? 1 : -1;
  const isBeyond = (threshold: number) => sign * value >= sign * threshold;
  if (isBeyond(metric.alert)) return 'alert';
  return isBeyond(metric.caution) ? 'caution' : 'normal';
}

/**
 * As {@link judge}, for a node: of metrics of which more is better those say nothing whose node has no job. That an idle node does no
 * work is no fault of it.
 */
export function judgeNode(metric: Thresholds, value: number, isBusy: boolean): Verdict | undefined {
  return isBusy || isLowerBetter(metric) ? judge(metric, value) : undefined;
}

/** What judging needs of a metric. */
export type Thresholds = Pick<MetricConfig, 'caution' | 'alert'> & { lowerIsBetter?: boolean };
