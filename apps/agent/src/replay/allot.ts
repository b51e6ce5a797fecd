/** Which nodes of a cluster a job gets. */
export interface Allotment {
  /** Places in the cluster, 0 is the first; ascending. */
  nodes: readonly number[];
  /** Whether another job was on one of them when this one came. */
  isShared: boolean;
}

/** Hands out the nodes of one cluster. The same calls give the same nodes. */
export interface Allotter {
  /**
   * The lowest free nodes. A log may ask for more than its machine had (it counts seconds, and ends and starts fall on
   * one): what is missing is then shared, on the nodes with the fewest jobs, lowest first.
   *
   * @param count 1 to the cluster's size.
   */
  allot(count: number): Allotment;
  /** Gives back what {@link Allotter.allot} gave. */
  release(allotment: Allotment): void;
}

/** @param size nodes of the cluster, ≥ 1. */
export function createAllotter(size: number): Allotter {
  const jobs = new Uint32Array(size);
  return {
    allot(count) {
      if (!(count >= 1 && count <= size)) throw new RangeError(`${count} nodes of a cluster of ${size}`);
      const nodes = lowest(jobs, count);
      const isShared = nodes.some((node) => jobs[node] !== 0);
      for (const node of nodes) jobs[node] = (jobs[node] ?? 0) + 1;
      return { nodes, isShared };
    },
    release({ nodes }) {
      for (const node of nodes) jobs[node] = Math.max(0, (jobs[node] ?? 0) - 1);
    },
  };
}

function lowest(jobs: Uint32Array, count: number): number[] {
  const free: number[] = [];
  for (let node = 0; node < jobs.length && free.length < count; node++) {
    if (jobs[node] === 0) free.push(node);
  }
  if (free.length === count) return free;
  const busy = [...jobs.keys()].filter((node) => jobs[node] !== 0);
  busy.sort((a, b) => (jobs[a] ?? 0) - (jobs[b] ?? 0) || a - b);
  return [...free, ...busy.slice(0, count - free.length)].sort((a, b) => a - b);
}
