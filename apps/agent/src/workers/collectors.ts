import { manifold, type Manifold, outputKey, valueWorker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import { type Collector, openCollectors } from '../collectors/collector.js';
import { sources } from '../collectors/sources.js';
import { createKernelFiles } from '../kernel-files.js';
import type { AgentSettings } from '../settings.js';
import type { MachineTopology } from '../topology/machine-topology.js';
import { readTopology } from '../topology/read-topology.js';
import { settingsKey } from './settings.js';

/** This machine's hardware and what can be measured of it. */
export interface Machine {
  topology: MachineTopology;
  collectors: readonly Collector[];
  /** Milliseconds between two samples; whole seconds. */
  intervalMs: number;
}

export const machineKey = outputKey<Machine>('machine');

/** Looks at the machine once: its topology, and which sources of metrics it has. */
export const collectorsManifold = (logger: Logger, clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['settings'],
    async start(startContext) {
      const timestep = timestepOf(startContext.get('settings', settingsKey));
      const files = createKernelFiles();
      const topology = await readTopology(files);
      const context = { files, clock, topology, timestep };
      const collectors = await openCollectors(sources, context, logger);
      return valueWorker<Machine>(
        { topology, collectors, intervalMs: timestep * 1000 },
        { report: () => ({ sources: collectors.map(({ name }) => name), threads: topology.groups.node.length }) },
      );
    },
    outputs: ({ output }) => [machineKey.provide(output)],
  });

/** ClusterCockpit counts in whole seconds. */
const timestepOf = (settings: Pick<AgentSettings, 'interval'>): number =>
  Math.max(1, Math.round(settings.interval / 1000));
