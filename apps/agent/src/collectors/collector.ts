import type { MetricConfig } from '@moorline/cc-api';
import type { Clock, Logger } from '@moorline/core';
import type { KernelFiles } from '../kernel-files.js';
import type { MachineTopology } from '../topology/machine-topology.js';

/** One value of one metric, before time and host are known. */
export interface Reading {
  metric: string;
  scope: 'node' | 'socket' | 'hwthread';
  /** Which socket or hardware thread; absent at node scope. */
  id?: number;
  value: number;
}

/** One source of metrics of this machine. */
export interface Collector {
  readonly name: string;
  /** The metrics that this source has on this machine, described for ClusterCockpit. */
  readonly metrics: readonly MetricConfig[];
  /** Values of now. Rates need two samples: the first one leaves them out. */
  collect(): Promise<Reading[]>;
}

/** What every source is opened with. */
export interface CollectorContext {
  files: KernelFiles;
  clock: Clock;
  topology: MachineTopology;
  /** Seconds between two samples, ≥ 1. */
  timestep: number;
}

/** @returns undefined where this machine does not have the source. */
export type OpenCollector = (context: CollectorContext) => Promise<Collector | undefined>;

/** Opens every source that this machine has; those it does not have are told at debug level. */
export async function openCollectors(
  sources: Readonly<Record<string, OpenCollector>>,
  context: CollectorContext,
  logger: Logger,
): Promise<Collector[]> {
  const collectors: Collector[] = [];
  for (const [name, open] of Object.entries(sources)) {
    const collector = await open(context);
    if (collector === undefined) logger.debug({ source: name }, 'this machine does not show the source');
    else collectors.push(collector);
  }
  return collectors;
}
