import type { Change, JobChange } from '@moorline/cc-store';
import type { LiveData } from '@moorline/control-api';

type MachineChange = LiveData['machine']['change'];

/** What changed since it was last told, each thing once. */
export interface PendingChanges {
  add(change: Change): void;
  addMachine(machine: { id: string } | { number: number }, isThere: boolean): void;
  /** Jobs that are to be read, by row id. */
  readonly jobs: ReadonlyMap<number, JobChange>;
  readonly deleted: ReadonlySet<number>;
  /** Hosts by cluster. */
  readonly nodes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly samples: readonly { cluster: string; hosts: string[]; time: number }[];
  readonly clusters: ReadonlySet<string>;
  readonly machines: readonly { id: string; change: MachineChange }[];
  /** Machines of which only the number is known. */
  readonly numbers: ReadonlyMap<number, MachineChange>;
  readonly isReset: boolean;
}

export function createPendingChanges(): PendingChanges {
  const jobs = new Map<number, JobChange>();
  const deleted = new Set<number>();
  const nodes = new Map<string, Set<string>>();
  const samples: { cluster: string; hosts: string[]; time: number }[] = [];
  const clusters = new Set<string>();
  const machines = new Map<string, { id: string; change: MachineChange }>();
  const numbers = new Map<number, MachineChange>();
  let isReset = false;

  const noteJob = (id: number, change: JobChange): void => {
    if (change === 'deleted') {
      jobs.delete(id);
      deleted.add(id);
      return;
    }
    // A start or a stop says more than the tags that came with it.
    if (change !== 'changed' || !jobs.has(id)) jobs.set(id, change);
  };
  const noteMachine = (id: string, change: MachineChange): void => void machines.set(`${id} ${change}`, { id, change });

  return {
    jobs,
    deleted,
    nodes,
    samples,
    clusters,
    numbers,
    get machines() {
      return [...machines.values()];
    },
    get isReset() {
      return isReset;
    },
    add(change) {
      switch (change.kind) {
        case 'job':
          noteJob(change.id, change.change);
          break;
        case 'nodes': {
          const hosts = nodes.get(change.cluster) ?? new Set();
          for (const host of change.hosts) hosts.add(host);
          nodes.set(change.cluster, hosts);
          break;
        }
        case 'samples':
          samples.push({ cluster: change.cluster, hosts: [...change.hosts], time: change.time });
          break;
        case 'cluster':
          clusters.add(change.name);
          break;
        case 'machine':
          noteMachine(change.id, change.change);
          break;
        case 'reset':
          isReset = true;
      }
    },
    addMachine(machine, isThere) {
      const change = isThere ? 'connected' : 'disconnected';
      if ('id' in machine) noteMachine(machine.id, change);
      else numbers.set(machine.number, change);
    },
  };
}
