import { ServerError } from '../error.js';
import type { DaemonMachine } from './daemons.js';

/** The machine of that id or host name. @throws ServerError `no_such_node`, `ambiguous_node`. */
export function findNode(machines: readonly DaemonMachine[], node: string): DaemonMachine {
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
