import { Encoder } from '../encode/encoder.js';
import { type PreparedSeries, prepareSeries } from '../encode/prepared-series.js';
import type { MetricSampleType } from './metric-sample.js';

/** Whose metrics are written. */
export interface MetricEncoderOptions {
  /** Absent = no tag `cluster`: the receiver has a default. */
  cluster?: string | undefined;
  /** The short host name. */
  hostname: string;
}

/** Of what part of the machine a series tells. */
export interface MetricScope {
  /** Default `node`. */
  type?: MetricSampleType | 'node' | undefined;
  /** Which hardware thread, core, socket …; a number, or an accelerator's PCI address. */
  typeId?: string | number | undefined;
  /** Second level: `filesystem`, `network` … */
  subtype?: string | undefined;
  subtypeId?: string | number | undefined;
}

/** Writes metric lines as ClusterCockpit takes them: one field `value`, timestamps in seconds (docs/protocol.md §6). */
export interface MetricEncoder {
  /**
   * Prepares the lines of one metric of one part of the machine.
   *
   * @throws LineProtocolError as `Encoder.encode` for names.
   */
  series(metric: string, scope?: MetricScope): MetricSeries;
  /** Bytes waiting. */
  readonly length: number;
  /** Lines waiting. */
  readonly count: number;
  /** The lines written so far, which the encoder then forgets: one body of `POST /api/write`, or one NATS message. */
  take(): Uint8Array;
}

export interface MetricSeries {
  /**
   * Writes a line.
   *
   * @param value a bigint is written as integer.
   * @param time whole Unix seconds.
   * @throws LineProtocolError `not_finite`, `out_of_range`, `unsupported_value`; nothing is written then.
   */
  add(value: number | bigint, time: number): void;
}

/** @throws LineProtocolError as `Encoder.encode` where a name cannot be a tag value. */
export function createMetricEncoder(options: MetricEncoderOptions): MetricEncoder {
  const encoder = new Encoder({ precision: 's' });
  prepare('check', options, {});
  return {
    series: (metric, scope = {}) => {
      const series = prepare(metric, options, scope);
      return {
        add: (value, time) => {
          encoder.startSeries(series).addField('value', value).endLine(time);
        },
      };
    },
    get length() {
      return encoder.length;
    },
    get count() {
      return encoder.count;
    },
    take: () => encoder.take(),
  };
}

function prepare(metric: string, { cluster, hostname }: MetricEncoderOptions, scope: MetricScope): PreparedSeries {
  const tags = Object.entries({
    cluster,
    hostname,
    type: scope.type ?? 'node',
    'type-id': scope.typeId,
    stype: scope.subtype,
    'stype-id': scope.subtypeId,
  }).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: String(value) }]));
  return prepareSeries(metric, tags);
}
