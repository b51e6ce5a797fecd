import { ServerError } from '../error.js';
import type { ControlWork } from '../control/control-handlers.js';
import type { DaemonMachine } from './daemons.js';
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

/** @throws ServerError `no_such_node`, `ambiguous_node`. */
function findNode(machines: readonly DaemonMachine[], node: string): DaemonMachine {
  const byId = machines.find(({ id }) => id === node);
  if (byId !== undefined) return byId;
  const named = machines.filter(({ host }) => host === node);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  if (only === undefined) {
    throw new ServerError(`no machine has the id or the host name ${node}`, {
      code: 'no_such_node',
      hint: '"moorline-server machines list" names them',
    });
  }
  throw new ServerError(`${named.length} machines have the host name ${node}`, {
    code: 'ambiguous_node',
    hint: `give the id of one: ${named.map(({ id, nodeGroup }) => `${id} (${nodeGroup})`).join(', ')}`,
  });
}
