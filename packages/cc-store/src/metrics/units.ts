import { metricScopes, type MetricScope, type Resource, type Topology } from '@moorline/cc-api';

/** A part of a node that a series is of: the node, one socket, one hardware thread …. */
export interface Unit {
  scope: MetricScope;
  /** The part's number in the topology, a hardware thread's or accelerator's own id; empty for the node. */
  id: string;
  /** Hardware threads that belong to it. */
  threads: ReadonlySet<number>;
  /** Accelerators that belong to it. */
  accelerators: ReadonlySet<string>;
  /** Whether the job has only some of the part's threads or accelerators. */
  isPartial: boolean;
}

/** The coarser of two scopes. An accelerator is finer than everything else. */
export function coarser(a: MetricScope, b: MetricScope): MetricScope {
  return metricScopes.indexOf(a) <= metricScopes.indexOf(b) ? a : b;
}

/** Scopes that may be put together to `scope`, the coarsest first. Accelerators belong to no socket and no core, to the node alone. */
export function finerThan(scope: MetricScope): MetricScope[] {
  const finer = metricScopes.slice(metricScopes.indexOf(scope) + 1);
  return scope === 'node' ? finer : finer.filter((other) => other !== 'accelerator');
}

/** The parts of a job's node at a scope, of which the job has something. */
export function unitsOf(scope: MetricScope, resource: Resource, topology: Topology): Unit[] {
  const all = new Set(topology.node);
  const own = resource.hwthreads === undefined || resource.hwthreads.length === 0 ? all : new Set(resource.hwthreads);
  const every = new Set((topology.accelerators ?? []).map((accelerator) => accelerator.id));
  const accelerators =
    resource.accelerators === undefined || resource.accelerators.length === 0 ? every : new Set(resource.accelerators);

  const group = (lists: readonly (readonly number[])[]): Unit[] =>
    lists.flatMap((list, index) => {
      const threads = new Set(list.filter((thread) => own.has(thread)));
      if (threads.size === 0) return [];
      return [{ scope, id: String(index), threads, accelerators: none, isPartial: threads.size < list.length }];
    });

  switch (scope) {
    case 'node': {
      const isPartial = [...all].some((thread) => !own.has(thread)) || [...every].some((id) => !accelerators.has(id));
      return [{ scope, id: '', threads: own, accelerators, isPartial }];
    }
    case 'socket':
      return group(topology.socket);
    case 'memoryDomain':
      return group(topology.memoryDomain);
    case 'core':
      return group(topology.core);
    case 'hwthread':
      return [...own].map((thread) => ({
        scope,
        id: String(thread),
        threads: new Set([thread]),
        accelerators: none,
        isPartial: false,
      }));
    case 'accelerator':
      return [...accelerators].map((id) => ({
        scope,
        id,
        threads: noThreads,
        accelerators: new Set([id]),
        isPartial: false,
      }));
  }
}

/** Whether the part with this scope and id lies within `unit`. */
export function isWithin(unit: Unit, scope: MetricScope, id: string, topology: Topology): boolean {
  switch (scope) {
    case 'node':
      return unit.scope === 'node';
    case 'socket':
      return overlaps(topology.socket[Number(id)], unit);
    case 'memoryDomain':
      return overlaps(topology.memoryDomain[Number(id)], unit);
    case 'core':
      return overlaps(topology.core[Number(id)], unit);
    case 'hwthread':
      return unit.threads.has(Number(id));
    case 'accelerator':
      return unit.accelerators.has(id);
  }
}

const overlaps = (threads: readonly number[] | undefined, unit: Unit): boolean =>
  threads?.some((thread) => unit.threads.has(thread)) ?? false;

const none: ReadonlySet<string> = new Set();
const noThreads: ReadonlySet<number> = new Set();
