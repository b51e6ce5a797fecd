import type { MetricSample } from './backend.js';

/** What the body of `POST /api/write` holds. */
export interface DecodedMetrics {
  /** In the body's order, up to the error where there is one. */
  samples: readonly MetricSample[];
  /** Why the rest could not be read, in the words of the protocol (docs/protocol.md §3.9). */
  error?: string | undefined;
}

/** Decodes line protocol; handed in, for the codec is a package of its own. */
export type DecodeMetrics = (
  body: Uint8Array,
  options: {
    /** Cluster of the lines without a `cluster` tag. */
    defaultCluster: string;
    /** Unix seconds: the time of lines that have none that counts. */
    now: number;
    /** Lines of other measurements are skipped. */
    isMetric: (name: string) => boolean;
  },
) => DecodedMetrics;
