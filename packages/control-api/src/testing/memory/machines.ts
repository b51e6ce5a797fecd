import type { EngineReport, MachineAnswer, MachineRow, Registration } from '../../wire/models.js';
import { chance, whole } from './chance.js';
import type { Place } from './clusters.js';

const hour = 3_600_000;

/** Enrolled machines: all hosts but one of each cluster, and a head node. @param now Unix milliseconds. */
export function makeMachines(places: readonly Place[], seed: number, now: number): MachineAnswer[] {
  const hosts = places.flatMap(({ cluster, hosts }) =>
    hosts.slice(0, -1).map((host) => ({ host, group: cluster.name })),
  );
  return [{ host: 'head', group: 'fritz' }, ...hosts].map(({ host, group }, index) => {
    const machine = makeMachine(host, group, index + 1, seed, now);
    return { machine, inventory: inventoryOf(host), ...(machine.reportedAt && { report: reportOf(machine, now) }) };
  });
}

function makeMachine(host: string, group: string, number: number, seed: number, now: number): MachineRow {
  const enrolledAt = now - whole(200, 5000, seed, `${host}/enrolled`) * hour;
  const connectedAt = now - whole(1, 190, seed, `${host}/connected`) * hour;
  const isAway = number % 13 === 4;
  const spool = isAway
    ? { entries: 412, bytes: 96_300, oldestAt: now - hour }
    : { entries: Math.floor(chance(seed, host) * 3), bytes: Math.floor(chance(seed, host) * 3) * 240 };
  return {
    id: `machine-${host}`,
    ...{
      number,
      group,
      host,
      enrolledAt,
      lastLoginAt: connectedAt,
      agentVersion: number % 7 === 0 ? '0.0.9' : '0.1.0',
    },
    lastSeenAt: isAway ? now - hour : now - whole(1, 50, seed, `${host}/seen`) * 1000,
    connections: isAway
      ? {}
      : { session: { protocol: 'v2', connectedAt }, api: { connectedAt }, rpc: { protocol: 11, connectedAt } },
    spool,
    reportedAt: isAway ? now - hour : now - whole(1, 50, seed, `${host}/seen`) * 1000,
  };
}

function reportOf(
  { agentVersion = '', lastLoginAt, reportedAt = 0, spool, connections }: MachineRow,
  now: number,
): EngineReport {
  const startedAt = lastLoginAt - 2000;
  const isAway = connections.api === undefined;
  return {
    ...{ agentVersion, startedAt, at: reportedAt },
    workers: [
      { name: 'identity', state: 'started', startedAt, needs: [] },
      { name: 'spool', state: 'started', startedAt, needs: [] },
      isAway
        ? {
            ...{ name: 'api-caller', state: 'stopped', restarts: 61, needs: ['identity'] },
            error: 'wss://cp.example:8443/model/…/api: ECONNREFUSED',
          }
        : { name: 'api-caller', state: 'started', startedAt, restarts: 1, needs: ['identity'] },
      { name: 'collectors', state: 'started', startedAt, needs: ['spool'] },
      { name: 'delivery', state: 'started', startedAt, restarts: 0, needs: ['spool', 'api-caller'] },
    ],
    spool: spool ?? { entries: 0, bytes: 0, oldestAt: now },
  };
}

const inventoryOf = (host: string): Record<string, unknown> => ({
  hostname: host,
  ...{ operatingSystem: 'linux', osImage: 'Debian GNU/Linux 12 (bookworm)', kernelVersion: '6.1.0-18-amd64' },
  cpuInfo: { type: 'Demo CPU @ 2.4 GHz', logicalCores: 16, architecture: 'amd64' },
  memoryInfo: { totalBytes: 137_438_953_472 },
});

/** Registration tokens in every state. @param now Unix milliseconds. */
export function makeRegistrations(now: number): Registration[] {
  return [
    {
      id: 'reg-4',
      group: 'fritz',
      clusters: [],
      createdAt: now - hour,
      expiresAt: now + 23 * hour,
      usesLeft: 10,
      state: 'open',
    },
    { id: 'reg-3', group: 'alex', clusters: ['alex'], createdAt: now - 50 * hour, usesLeft: 0, state: 'used up' },
    {
      id: 'reg-2',
      group: 'fritz',
      clusters: ['*'],
      createdAt: now - 90 * hour,
      expiresAt: now - 66 * hour,
      usesLeft: 3,
      state: 'expired',
    },
    {
      id: 'reg-1',
      group: 'test',
      clusters: [],
      createdAt: now - 200 * hour,
      expiresAt: now + hour,
      usesLeft: 1,
      state: 'revoked',
    },
  ];
}
