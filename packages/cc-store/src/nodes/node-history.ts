import { type Cluster, subClusterOf } from '@moorline/cc-api';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { type NodeReport, toReport } from './node-views.js';

/** What a node told at a time that differed from what it had told before. */
export interface NodeStateRecord extends NodeReport {
  /** Unix seconds. */
  time: number;
}

/** Which of a node's states are wanted, the newest first. */
export interface NodeStateQuery {
  /** Unix seconds, both ends included; absent = no bound. */
  from?: number | undefined;
  to?: number | undefined;
  /** States of a page, ≥ 1. */
  limit: number;
  /** `next` of a page of the same node. */
  cursor?: string | undefined;
}

export interface NodeStatePage {
  states: NodeStateRecord[];
  /** Cursor of the next page; absent on the last one. */
  next?: string;
}

/** One page of a node's history. */
export type NodeHistory = (
  cluster: string,
  host: string,
  query: NodeStateQuery,
) => Promise<NodeStatePage | 'no_such_node' | 'unknown_cursor'>;

export function createNodeHistory(
  db: StoreDatabase,
  reading: Session,
  findCluster: (name: string) => Cluster | undefined,
): NodeHistory {
  const states = prepare(db, (db, p: Params<StateValues>) =>
    db
      .selectFrom('node')
      .innerJoin('node_state', 'node_state.node', 'node.id')
      .select([
        'node_state.id',
        'node_state.time',
        'node_state.state',
        'node_state.health',
        'node_state.cpus_allocated',
        'node_state.memory_allocated',
        'node_state.gpus_allocated',
        'node_state.jobs_running',
      ])
      .where('node.cluster', '=', p.cluster)
      .where('node.host', '=', p.host)
      .where('node_state.time', '>=', p.from)
      .where('node_state.time', '<=', p.to)
      .where(({ or, eb }) => or([eb('node_state.time', '<', p.to), eb('node_state.id', '<', p.beforeId)]))
      .orderBy('node_state.time', 'desc')
      .orderBy('node_state.id', 'desc')
      .limit(p.limit),
  );

  return async (clusterName, host, { from, to, limit, cursor }) => {
    const cluster = findCluster(clusterName);
    if (cluster === undefined || subClusterOf(cluster, host) === undefined) return 'no_such_node';
    const place = cursor === undefined ? undefined : decodePlace(cursor);
    if (cursor !== undefined && place === undefined) return 'unknown_cursor';
    const rows = await reading.all(states, {
      cluster: clusterName,
      host,
      from: from ?? Number.MIN_SAFE_INTEGER,
      to: place?.time ?? to ?? Number.MAX_SAFE_INTEGER,
      beforeId: place?.id ?? Number.MAX_SAFE_INTEGER,
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      states: shown.map(({ time, ...row }) => ({ time, ...toReport(row) })),
      ...(last === undefined ? {} : { next: encodePlace(last) }),
    };
  };
}

interface StateValues {
  cluster: string;
  host: string;
  from: number;
  to: number;
  beforeId: number;
  limit: number;
}

/** Behind which state a page begins. */
interface Place {
  time: number;
  id: number;
}

const encodePlace = ({ time, id }: Place): string => Buffer.from(`state ${time} ${id}`).toString('base64url');

function decodePlace(cursor: string): Place | undefined {
  const [, time, id] = /^state (-?\d{1,15}) (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return time === undefined || id === undefined ? undefined : { time: Number(time), id: Number(id) };
}
