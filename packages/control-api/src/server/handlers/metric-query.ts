import type { MetricQuery } from '../../wire/models.js';
import { badQuery } from '../../wire/query.js';
import type { FilledMetricQuery } from '../backend.js';

/** @throws ControlApiError `bad_query`. */
export function fillMetricQuery({
  metric = [],
  scope = ['node'],
  from,
  to,
  points = 2000,
}: MetricQuery): FilledMetricQuery {
  if (from !== undefined && to !== undefined && from > to) throw badQuery('"from" is after "to"');
  return {
    metrics: [...new Set(metric)],
    scopes: [...new Set(scope)],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    points,
  };
}
