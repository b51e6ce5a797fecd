import type { MetricConfig } from '@moorline/cc-api';

type Given = Pick<MetricConfig, 'name' | 'scope' | 'unit' | 'aggregation' | 'timestep' | 'peak'> &
  Partial<MetricConfig>;

/**
 * A metric's description: what a source knows, and thresholds as shares of the peak where it says nothing better.
 * Where less is better a node is marked from `caution` upwards, else from `caution` downwards.
 */
export function describeMetric(given: Given): MetricConfig {
  const lowerIsBetter = given.lowerIsBetter ?? false;
  const share = (part: number) => Math.round(given.peak * part * 100) / 100;
  return {
    normal: share(0.5),
    caution: share(lowerIsBetter ? 0.8 : 0.2),
    alert: share(lowerIsBetter ? 0.95 : 0.1),
    energy: '',
    restrict: false,
    ...given,
    lowerIsBetter,
  };
}
