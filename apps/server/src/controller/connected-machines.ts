import type { ConnectedClient } from '@moorline/apicaller/server';
import { type Clock, systemClock } from '@moorline/core';

/** A machine's connection to the API of the controller. */
export interface ConnectedMachine {
  /** Of the machine; its tag is `machine-` and this. */
  number: number;
  /** Unix milliseconds: when it had logged in. */
  connectedAt: number;
}

/** Which machines have logged in, by what the controller's server tells. */
export interface ConnectedMachines {
  /** Takes a client that has logged in. */
  take(client: Pick<ConnectedClient, 'identity' | 'ended'>): void;
  list(): ConnectedMachine[];
  watch(watcher: (machineNumber: number, isThere: boolean) => void): () => void;
}

export function createConnectedMachines(clock: Clock = systemClock): ConnectedMachines {
  /** By number, the connections of each in the order in which they came. */
  const connected = new Map<number, ConnectedMachine[]>();
  const watchers = new Set<(machineNumber: number, isThere: boolean) => void>();
  const tell = (number: number, isThere: boolean): void => watchers.forEach((watcher) => watcher(number, isThere));
  const drop = (gone: ConnectedMachine): void => {
    const left = (connected.get(gone.number) ?? []).filter((one) => one !== gone);
    if (left.length > 0) {
      connected.set(gone.number, left);
      return;
    }
    connected.delete(gone.number);
    tell(gone.number, false);
  };
  return {
    take({ identity, ended }) {
      if (identity?.kind !== 'machine') return;
      const machine = { number: Number(identity.id), connectedAt: clock.now() };
      const others = connected.get(machine.number) ?? [];
      connected.set(machine.number, [...others, machine]);
      if (others.length === 0) tell(machine.number, true);
      void ended.then(() => drop(machine));
    },
    list: () => [...connected.values()].flat(),
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}
