import type { SubCluster } from '@moorline/cc-api';
import type { MachineTopology } from './machine-topology.js';

/** What a machine says of itself when it describes itself: a subcluster without name and node list, which the server gives. */
export type MachineDescription = Omit<SubCluster, 'name' | 'nodes' | 'metricConfig' | 'footprint' | 'energyFootprint'>;

/**
 * The machine as ClusterCockpit describes a node.
 *
 * The peaks are computed, not measured: cores × clock for scalar code, times the vector lanes for vector code. Memory
 * bandwidth cannot be read without a measurement and is 0 = unknown.
 */
export function describeMachine(topology: MachineTopology): MachineDescription {
  const scalar = topology.groups.core.length * (topology.maxGigahertz ?? 0);
  return {
    processorType: topology.processorType,
    socketsPerNode: topology.socketsPerNode,
    coresPerSocket: topology.coresPerSocket,
    threadsPerCore: topology.threadsPerCore,
    flopRateScalar: { unit: { base: 'F/s', prefix: 'G' }, value: rounded(scalar) },
    flopRateSimd: { unit: { base: 'F/s', prefix: 'G' }, value: rounded(scalar * topology.flopsPerCycle) },
    memoryBandwidth: { unit: { base: 'B/s', prefix: 'G' }, value: 0 },
    topology: topology.groups,
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
