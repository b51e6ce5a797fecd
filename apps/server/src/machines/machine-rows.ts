import type { MachineEngineReport, MachineRecord } from '@moorline/cc-store';
import type { Connections, MachineRow } from '@moorline/control-api';

/** What is known of a machine beside its enrolment. */
export interface MachineFacts {
  connections: Connections;
  report: MachineEngineReport | undefined;
  /** Unix milliseconds. */
  now: number;
}

/** A machine as the API shows it. */
export function machineRow(machine: MachineRecord, { connections, report, now }: MachineFacts): MachineRow {
  const { id, number, nodeGroup, host, createdAt, updatedAt } = machine;
  const isConnected = Object.keys(connections).length > 0;
  const lastSeenAt = isConnected ? now : report?.reportedAt;
  return {
    ...{ id, number, group: nodeGroup, host, enrolledAt: createdAt, lastLoginAt: updatedAt, connections },
    ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
    ...(report && {
      agentVersion: report.report.agentVersion,
      spool: report.report.spool,
      reportedAt: report.reportedAt,
    }),
  };
}
