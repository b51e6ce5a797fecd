import type { Topology } from '@moorline/cc-api';

/** What a machine is made of, as far as the kernel tells. */
export interface MachineTopology {
  /** Which hardware threads belong together: by node, socket, memory domain, die and core. */
  groups: Topology;
  /** Kernel's socket number of each entry of `groups.socket`: its place in the list is the socket's id on the wire. */
  socketIds: readonly number[];
  socketsPerNode: number;
  /** Cores of the largest socket. */
  coresPerSocket: number;
  /** Hardware threads of the largest core. */
  threadsPerCore: number;
  /** The processor's name as it gives it itself. */
  processorType: string;
  /** Highest clock, GHz; undefined where nobody tells. */
  maxGigahertz: number | undefined;
  /** Double-precision operations of one core in one cycle with the widest vectors it has; 1 where unknown. */
  flopsPerCycle: number;
  /** Bytes. */
  memoryBytes: number;
}
