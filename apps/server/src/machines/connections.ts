import type { Connections } from '@moorline/control-api';
import type { Controller } from '../controller/controller.js';
import type { Fleet } from '../daemons/fleet.js';
import type { Daemons } from '../daemons/daemons.js';
import type { Sessions } from '../sessions/sessions.js';

/** A machine, as far as its connections need it. */
export interface ConnectableMachine {
  id: string;
  number: number;
}

export interface ConnectionParts {
  sessions: Pick<Sessions, 'list' | 'watch'>;
  controller: Pick<Controller, 'list' | 'watch'>;
  daemons: Pick<Daemons, 'watch'>;
  /** Of other servers too, where they are joined over NATS. */
  fleet: Pick<Fleet, 'list'>;
}

/** How machines are connected to this server; their daemons, to any. */
export interface MachineConnections {
  /** As they are now. @returns a look-up for each machine. */
  read(): Promise<(machine: ConnectableMachine) => Connections>;
  /**
   * Told of each connection that comes first or goes last of its kind, by the machine's id, or its number where that is all that is known.
   *
   * @returns what ends that.
   */
  watch(watcher: (machine: { id: string } | { number: number }, isThere: boolean) => void): () => void;
}

export function createMachineConnections({
  sessions,
  controller,
  daemons,
  fleet,
}: ConnectionParts): MachineConnections {
  return {
    async read() {
      const bySession = new Map(sessions.list().map((session) => [session.machineId, session]));
      const byDaemon = new Map((await fleet.list()).map((daemon) => [daemon.machine, daemon]));
      const byApi = new Map(controller.list().map((connection) => [connection.number, connection]));
      return ({ id, number }) => {
        const [session, api, rpc] = [bySession.get(id), byApi.get(number), byDaemon.get(id)];
        return {
          ...(session && { session: { protocol: session.protocol, connectedAt: session.connectedAt } }),
          ...(api && { api: { connectedAt: api.connectedAt } }),
          ...(rpc && { rpc: { protocol: rpc.protocol, connectedAt: rpc.connectedAt } }),
        };
      };
    },
    watch(watcher) {
      const byId = (id: string, isThere: boolean): void => watcher({ id }, isThere);
      const ends = [
        sessions.watch(byId),
        daemons.watch(byId),
        controller.watch((number, isThere) => watcher({ number }, isThere)),
      ];
      return () => ends.forEach((end) => end());
    },
  };
}
