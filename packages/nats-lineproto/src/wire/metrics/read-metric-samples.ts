import { visit } from '../visit.js';
import { type BadSampleKind, MetricLineReader, type MetricLineOptions } from './metric-line-reader.js';
import type { MetricSample } from './metric-sample.js';

/** A metric line that gives no sample. The lines behind it are read all the same. */
export interface BadSample {
  readonly kind: BadSampleKind;
  readonly reason: string;
  /** Which entry of the text it is, from 1. */
  readonly entry: number;
}

/** What a text of metric lines holds. */
export interface MetricSamplesRead {
  /** In the order of the lines. */
  readonly samples: MetricSample[];
  readonly bad: BadSample[];
}

/**
 * Reads metric lines by the rules of `decodeMetricSamples`, but to the end: a bad line costs that line only, and each has
 * its reason. Never throws, whatever the bytes.
 */
export function readMetricSamples(bytes: Uint8Array, options: MetricLineOptions): MetricSamplesRead {
  const read: MetricSamplesRead = { samples: [], bad: [] };
  const reader = new MetricLineReader(options, read.samples, (kind, reason, entry) => {
    read.bad.push({ kind, reason, entry });
    return true;
  });
  visit(bytes, reader, { precision: 's' });
  return read;
}
