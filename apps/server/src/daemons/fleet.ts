import type { DaemonBus } from '../nats/daemon-bus.js';
import type { CallLimits } from './call-method.js';
import { prepareCall } from './call-method.js';
import type { Daemons } from './daemons.js';

/** All daemons that can be called: those of this server, and over NATS those of others. */
export type Fleet = {
  list(): Promise<ReturnType<Daemons['list']>>;
  call: Daemons['call'];
};

export function createFleet(daemons: Daemons, bus: Pick<DaemonBus, 'call' | 'list'> | undefined): Fleet {
  return {
    async list() {
      const here = daemons.list();
      const elsewhere = (await bus?.list()) ?? [];
      return [...here, ...elsewhere.filter(({ machine }) => !daemons.has(machine))];
    },
    async call(machine, method, argument, options: CallLimits & { name: string }) {
      if (bus === undefined || daemons.has(machine)) return daemons.call(machine, method, argument, options);
      // What is wrong is said here, and not by another server.
      prepareCall(method, argument);
      return bus.call(machine, method, argument, options);
    },
  };
}
