import type { Clock } from '@moorline/core';
import type { Collector, Reading } from './collector.js';
import { describeMetric } from './metric.js';
import { createRateMeter } from './rate-meter.js';

/** Bytes that one device moved in both directions since it came up. */
export interface Throughput {
  device: string;
  /** Bytes, in the order of the metrics: in and out, or read and written. */
  bytes: readonly [number, number];
}

export interface ThroughputOptions {
  /** Of the collector. */
  name: string;
  /** Of the two metrics, one for each direction. */
  metrics: readonly [string, string];
  /** Only these devices count. */
  devices: ReadonlySet<string>;
  /** Bytes per second that all of them could move. */
  peak: number;
  timestep: number;
  clock: Clock;
  /** The counters of now, of these devices and others. */
  read(): Promise<readonly Throughput[]>;
}

/** Bytes per second in two directions, summed over devices. A direction without a rate yet has no reading. */
export function createThroughputCollector(options: ThroughputOptions): Collector {
  const { name, metrics, devices, peak, timestep, clock, read } = options;
  const meter = createRateMeter(clock);
  return {
    name,
    metrics: metrics.map((metric) =>
      describeMetric({
        name: metric,
        scope: 'node',
        unit: { base: 'B/s' },
        aggregation: 'sum',
        footprint: 'avg',
        timestep,
        peak,
      }),
    ),
    async collect() {
      const counted = (await read()).filter(({ device }) => devices.has(device));
      return metrics.flatMap((metric, direction): Reading[] => {
        const rates = counted.flatMap(
          ({ device, bytes }) => meter.rate(`${device} ${metric}`, bytes[direction] ?? 0) ?? [],
        );
        return rates.length === 0 ? [] : [{ metric, scope: 'node', value: rates.reduce((sum, rate) => sum + rate, 0) }];
      });
    },
  };
}
