import type { EngineWorker } from '@moorline/control-api';

/** A worker and those that wait for it. */
export interface WorkerNode {
  worker: EngineWorker;
  /** Other workers that it needs, beside the one that it stands under. */
  alsoNeeds: readonly string[];
  children: readonly WorkerNode[];
}

/**
 * The workers of an agent as a tree: each stands under the last of its needs, where all that it needs has been said. A need that no
 * worker has, or that goes in a circle, makes it stand at the top.
 */
export function workerTree(workers: readonly EngineWorker[]): WorkerNode[] {
  const known = new Map(workers.map((worker) => [worker.name, worker]));
  const depths = new Map<string, number>();
  const depthOf = (name: string, path: readonly string[]): number => {
    const depth = depths.get(name);
    if (depth !== undefined) return depth;
    const needs = (known.get(name)?.needs ?? []).filter((need) => known.has(need) && !path.includes(need));
    const found = needs.length === 0 ? 0 : 1 + Math.max(...needs.map((need) => depthOf(need, [...path, need])));
    depths.set(name, found);
    return found;
  };

  const parents = new Map<string, string | undefined>();
  for (const { name, needs = [] } of workers) {
    const own = depthOf(name, [name]);
    const deepest = needs
      .filter((need) => known.has(need) && depthOf(need, [need]) < own)
      .sort((a, b) => depthOf(b, [b]) - depthOf(a, [a]));
    parents.set(name, deepest[0]);
  }

  const under = (parent: string | undefined): WorkerNode[] =>
    workers
      .filter(({ name }) => parents.get(name) === parent)
      .map((worker) => ({
        worker,
        alsoNeeds: (worker.needs ?? []).filter((need) => need !== parent),
        children: under(worker.name),
      }));
  return under(undefined);
}
