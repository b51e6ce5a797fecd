import type { ControlWork } from '../control/control-handlers.js';
import type { DaemonMachine } from './daemons.js';
import { findNode } from './find-node.js';
import type { Fleet } from './fleet.js';

/** The commands that are about daemons. */
export type DaemonCommand = 'daemons-list' | 'daemons-call';

export interface DaemonWorkOptions {
  listMachines(): Promise<readonly DaemonMachine[]>;
  daemons: Fleet;
}

export function createDaemonWork({ listMachines, daemons }: DaemonWorkOptions): Pick<ControlWork, DaemonCommand> {
  return {
    async 'daemons-list'() {
      const machines = new Map((await listMachines()).map((machine) => [machine.id, machine]));
      return (await daemons.list()).map(({ machine, ...daemon }) => ({
        ...{ machine, host: machines.get(machine)?.host ?? '', group: machines.get(machine)?.nodeGroup ?? '' },
        ...daemon,
      }));
    },
    async 'daemons-call'({ node, method, argument, timeoutMs }) {
      const { id, host } = findNode(await listMachines(), node);
      return { result: await daemons.call(id, method, argument, { name: host, timeoutMs }) };
    },
  };
}
