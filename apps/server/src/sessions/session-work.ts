import type { ControlWork } from '../control/control-handlers.js';
import { findNode } from '../daemons/find-node.js';
import type { DaemonMachine } from '../daemons/daemons.js';
import type { Sessions } from './sessions.js';

/** The commands that are about the sessions of agents. */
export type SessionCommand = 'sessions-list' | 'sessions-request' | 'sessions-rotate';

export interface SessionWorkOptions {
  listMachines(): Promise<readonly DaemonMachine[]>;
  sessions: Pick<Sessions, 'list' | 'request' | 'rotateToken'>;
}

export function createSessionWork({ listMachines, sessions }: SessionWorkOptions): Pick<ControlWork, SessionCommand> {
  return {
    async 'sessions-list'() {
      const machines = new Map((await listMachines()).map((machine) => [machine.id, machine]));
      return sessions.list().map(({ machineId, protocol, agentVersion, remoteAddress, connectedAt }) => ({
        ...{
          machine: machineId,
          host: machines.get(machineId)?.host ?? '',
          group: machines.get(machineId)?.nodeGroup ?? '',
        },
        ...{ protocol, agentVersion, address: remoteAddress, connectedAt },
      }));
    },
    async 'sessions-request'({ node, method, params, timeoutMs }) {
      const { id, host } = findNode(await listMachines(), node);
      return { response: { ...(await sessions.request(id, method, params, { name: host, timeoutMs })) } };
    },
    async 'sessions-rotate'({ node, timeoutMs }) {
      const { id, host } = findNode(await listMachines(), node);
      await sessions.rotateToken(id, { name: host, timeoutMs });
      return { machine: id };
    },
  };
}
