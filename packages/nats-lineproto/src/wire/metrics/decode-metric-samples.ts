import { visit } from '../visit.js';
import { MetricLineReader, type MetricLineOptions } from './metric-line-reader.js';
import type { MetricSample } from './metric-sample.js';

/** How metric lines are read. */
export type DecodeMetricSamplesOptions = MetricLineOptions;

export interface DecodedMetricSamples {
  /** In the order of the lines; those before an error are to be stored all the same. */
  samples: MetricSample[];
  /** Samples left out for a cluster or host with `..`, `/` or `\` in its name, or for a type that ClusterCockpit has not. */
  dropped: number;
  /** Why the body was not read to its end: the text of the answer 400. */
  error?: string;
}

/**
 * Reads metric lines by the rules of ClusterCockpit's `POST /api/write` (docs/protocol.md §6): timestamps are whole seconds,
 * and one that is not takes the time of the request; a line without one takes that of the line before it; likewise host
 * and cluster.
 *
 * Never throws, whatever the bytes.
 */
export function decodeMetricSamples(body: Uint8Array, options: DecodeMetricSamplesOptions): DecodedMetricSamples {
  const result: DecodedMetricSamples = { samples: [], dropped: 0 };
  const reader = new MetricLineReader(options, result.samples, (kind, reason) => {
    const isDrop = kind === 'unsafe_name' || kind === 'unknown_type';
    if (isDrop) result.dropped++;
    else result.error = reason;
    return isDrop;
  });
  visit(body, reader, { precision: 's' });
  return result;
}
