import type { MetricQuery, MetricRangeList } from '@moorline/control-api';
import type { LoadRanges } from './metric-ranges.js';
import { toPlotData } from './plot-series.js';

/** How the operations that answer ranges are asked, of a job or of a node. */
export type AskRanges = (query: MetricQuery, signal: AbortSignal) => Promise<MetricRangeList>;

/** Ranges of the control plane as plots take them. */
export function loadRangesBy(ask: AskRanges): LoadRanges {
  return async ({ metrics, scope, from, to, points }, signal) => {
    const query = { metric: metrics, scope: [scope], from: Math.floor(from), to: Math.ceil(to), points };
    const answer = await ask(query, signal);
    // A metric whose native scope is coarser comes at that one: it is what there is of the scope that was asked for.
    return answer.metrics.map(toPlotData);
  };
}
