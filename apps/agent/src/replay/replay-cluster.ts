import { basename } from 'node:path';
import type { Cluster } from '@moorline/cc-api';
import { AgentError } from '../agent-error.js';
import { describeMetric } from '../collectors/metric.js';
import type { ReplayMachine } from './schedule.js';
import type { SwfHeader } from './swf-header.js';

/** A cluster's name made from the log's file name: `NASA-iPSC-1993-3.1-cln.swf.gz` → `nasa-ipsc-1993-3-1-cln`. */
export function clusterNameOf(path: string): string {
  const stem = basename(path).replace(/(?:\.swf)?(?:\.gz)?$/i, '');
  const name = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return name === '' ? 'replay' : name;
}

/**
 * The machine that the log was written on: its nodes by `MaxNodes`, else `MaxProcs`, else `nodes`.
 *
 * @param nodes what the user says, which is stronger than the header.
 * @throws AgentError `log_unfit` where neither says.
 */
export function machineOf(header: SwfHeader, nodes: number | undefined): ReplayMachine {
  const size = nodes ?? header.maxNodes ?? header.maxProcs;
  if (size === undefined) {
    throw new AgentError('the log does not say how many nodes its machine had (no MaxNodes, no MaxProcs)', {
      code: 'log_unfit',
      hint: 'give the number with --nodes',
    });
  }
  const processors = header.maxProcs ?? size;
  const machineNodes = header.maxNodes ?? Math.min(size, processors);
  return { nodes: size, processorsPerNode: Math.max(1, Math.ceil(processors / machineNodes)) };
}

/** `n001` of a cluster of 128; the names sort as they count. */
export function nodeName(place: number, machine: ReplayMachine): string {
  return `n${String(place + 1).padStart(width(machine), '0')}`;
}

/** `n[001-128]`, as ClusterCockpit writes lists of nodes. */
export function nodeList(machine: ReplayMachine): string {
  if (machine.nodes === 1) return nodeName(0, machine);
  return `n[${nodeName(0, machine).slice(1)}-${machine.nodes}]`;
}

const width = (machine: ReplayMachine): number => String(machine.nodes).length;

/** The cluster as ClusterCockpit describes it. The log tells of no metric; load is named because a cluster needs one. */
export function describeReplayCluster(name: string, header: SwfHeader, machine: ReplayMachine): Cluster {
  const threads = Array.from({ length: machine.processorsPerNode }, (_, thread) => thread);
  const unknown = { unit: { base: 'F/s', prefix: 'G' }, value: 0 };
  return {
    name,
    metricConfig: [
      describeMetric({
        name: 'cpu_load',
        scope: 'node',
        unit: { base: '' },
        aggregation: 'avg',
        timestep: 60,
        peak: machine.processorsPerNode,
      }),
    ],
    subClusters: [
      {
        name: 'main',
        nodes: nodeList(machine),
        processorType: header.fields.get('Computer') ?? 'unknown',
        topology: {
          node: threads,
          socket: [threads],
          memoryDomain: [threads],
          core: threads.map((thread) => [thread]),
        },
        flopRateScalar: unknown,
        flopRateSimd: unknown,
        memoryBandwidth: { unit: { base: 'B/s', prefix: 'G' }, value: 0 },
        socketsPerNode: 1,
        coresPerSocket: machine.processorsPerNode,
        threadsPerCore: 1,
      },
    ],
  };
}
