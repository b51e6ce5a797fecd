import type { MachineRow } from '@moorline/control-api';
import type { MachineRecord } from '@moorline/cc-store';
import type { Connections } from '@moorline/control-api';

/** A machine as the API shows it. */
export function machineRow(machine: MachineRecord, connections: Connections): MachineRow {
  const { id, number, nodeGroup, host, createdAt, updatedAt } = machine;
  return { id, number, group: nodeGroup, host, enrolledAt: createdAt, lastLoginAt: updatedAt, connections };
}
