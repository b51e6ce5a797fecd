import type { JobMetricWithName, MetricScope } from '@moorline/cc-api';

/**
 * What a question about an archived job gets of its archive (cc-api docs/protocol.md §2.6): the named metrics, all for none;
 * of one that is there at several scopes those that were asked for, where there are such.
 */
export function selectMetrics(
  archived: readonly JobMetricWithName[],
  metrics: readonly string[],
  scopes: readonly MetricScope[],
): JobMetricWithName[] {
  const named = archived.filter(({ name }) => metrics.length === 0 || metrics.includes(name));
  const answered = new Set(named.filter(({ scope }) => scopes.includes(scope)).map(({ name }) => name));
  return named.filter(({ name, scope }) => !answered.has(name) || scopes.includes(scope));
}
