import { type Cluster, subClusterOf } from '@moorline/cc-api';
import type { NodeState } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';

/** The monitoring health of a node: whether its metrics arrive. */
export type NodeHealth = 'full' | 'partial' | 'failed';

/** The statements of a node-state report, to be run inside one transaction. */
export function createUpdateNodeStates(db: StoreDatabase) {
  const findNode = prepare(db, (db, p: Params<{ cluster: string; host: string }>) =>
    db
      .selectFrom('node')
      .select(['state', 'health', 'cpus_allocated', 'memory_allocated', 'gpus_allocated', 'jobs_running'])
      .where('cluster', '=', p.cluster)
      .where('host', '=', p.host),
  );
  const putNode = prepare(db, (db, p: Params<NodeValues & { host: string; cluster: string; subCluster: string }>) =>
    db
      .insertInto('node')
      .values({
        cluster: p.cluster,
        host: p.host,
        sub_cluster: p.subCluster,
        state: p.state,
        health: p.health,
        cpus_allocated: p.cpusAllocated,
        memory_allocated: p.memoryAllocated,
        gpus_allocated: p.gpusAllocated,
        jobs_running: p.jobsRunning,
        reported_at: p.time,
      })
      .onConflict((conflict) =>
        conflict.columns(['cluster', 'host']).doUpdateSet({
          sub_cluster: p.subCluster,
          state: p.state,
          health: p.health,
          cpus_allocated: p.cpusAllocated,
          memory_allocated: p.memoryAllocated,
          gpus_allocated: p.gpusAllocated,
          jobs_running: p.jobsRunning,
          reported_at: p.time,
        }),
      )
      .returning('id'),
  );
  const addState = prepare(db, (db, p: Params<NodeValues & { node: number }>) =>
    db.insertInto('node_state').values({
      node: p.node,
      time: p.time,
      state: p.state,
      health: p.health,
      cpus_allocated: p.cpusAllocated,
      memory_allocated: p.memoryAllocated,
      gpus_allocated: p.gpusAllocated,
      jobs_running: p.jobsRunning,
    }),
  );

  /**
   * A host that belongs to no subcluster is passed over.
   *
   * @param time Unix seconds.
   * @returns the hosts that were passed over.
   */
  return async (
    session: Session,
    cluster: Cluster,
    nodes: readonly NodeState[],
    time: number,
    healthOf: (host: string) => NodeHealth,
  ): Promise<string[]> => {
    const unknown: string[] = [];
    for (const { hostname: host, state, cpusAllocated, memoryAllocated, gpusAllocated, jobsRunning } of nodes) {
      const subCluster = subClusterOf(cluster, host);
      if (subCluster === undefined) {
        unknown.push(host);
        continue;
      }
      // A node that is down has nothing to measure.
      const health = state === 'down' ? 'full' : healthOf(host);
      const values: NodeValues = { time, state, health, cpusAllocated, memoryAllocated, gpusAllocated, jobsRunning };
      const known = await session.first(findNode, { cluster: cluster.name, host });
      const row = await session.first(putNode, { ...values, host, cluster: cluster.name, subCluster: subCluster.name });
      const isNews =
        known?.state !== state ||
        known.health !== health ||
        known.cpus_allocated !== cpusAllocated ||
        known.memory_allocated !== memoryAllocated ||
        known.gpus_allocated !== gpusAllocated ||
        known.jobs_running !== jobsRunning;
      if (row !== undefined && isNews) await session.run(addState, { ...values, node: row.id });
    }
    return unknown;
  };
}

interface NodeValues {
  time: number;
  state: string;
  health: string;
  cpusAllocated: number;
  memoryAllocated: number;
  gpusAllocated: number;
  jobsRunning: number;
}
