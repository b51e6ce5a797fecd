import type { Identities } from '@moorline/cc-store';
import type { ControlWork } from '../control/control-handlers.js';
import { ServerError } from '../error.js';
import type { Controller } from './controller.js';

/** The commands that are about the identities of machines. */
export type ControllerCommand = 'machines-reset-identity';

export interface ControllerWorkOptions {
  listMachines(): Promise<readonly { id: string }[]>;
  identities: Pick<Identities, 'reset'>;
  controller: Pick<Controller, 'drop'>;
}

export function createControllerWork(options: ControllerWorkOptions): Pick<ControlWork, ControllerCommand> {
  const { listMachines, identities, controller } = options;
  return {
    async 'machines-reset-identity'({ machine }) {
      if (!(await listMachines()).some(({ id }) => id === machine)) throw noSuchNode(machine);
      const tag = await identities.reset(machine);
      if (tag !== undefined) controller.drop(tag);
      return { tag };
    },
  };
}

const noSuchNode = (machine: string): ServerError =>
  new ServerError(`no machine has the id ${machine}`, {
    code: 'no_such_node',
    hint: '"moorline-server machines list" names them',
  });
