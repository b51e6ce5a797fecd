import type { Cluster, NodeList } from '@moorline/control-api';
import { useEffect, useRef } from 'preact/hooks';
import { useLive } from '../../api/use-live.js';
import { type QueryResult, useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { withStates } from './node-metrics.js';
import { ReadingPace } from './reading-pace.js';

/** Names the answer on a cluster's nodes. */
const nodesKey = (cluster: string, metrics: readonly string[]): string =>
  `nodes ${JSON.stringify([cluster, ...metrics])}`;

/** Milliseconds from one reading to the next while samples stream in: colours follow, a thousand nodes are not read each second. */
const busyMs = 5000;

/** Milliseconds after which nodes are read again where nothing comes: that is how a node is seen to fall silent. */
const quietMs = 60_000;

/** The nodes of a cluster with the newest values of some metrics, kept up to date. */
export function useNodes({ name }: Cluster, metrics: readonly string[]): QueryResult<NodeList> {
  const { clock, control } = useApp();
  const key = nodesKey(name, metrics);
  const nodes = useQuery(key, (signal) => control.listNodes(name, { metric: [...metrics] }, { signal }));
  const pace = useRef<ReadingPace>();
  const { refetch } = nodes;
  useEffect(() => {
    const own = new ReadingPace({ clock, busyMs, quietMs, read: refetch });
    pace.current = own;
    return () => own.stop();
  }, [clock, key]);
  useLive(({ event, data }) => {
    if (event === 'samples' && data.cluster === name && metrics.length > 0) pace.current?.soon();
    if (event === 'nodes' && data.cluster === name) nodes.update((list) => withNodes(list, data.nodes));
  });
  return nodes;
}

/** States come in the events themselves; the time of the list goes on with them. */
function withNodes({ nodes, at }: NodeList, changed: NodeList['nodes']): NodeList {
  const times = changed.map(({ reportedAt = 0 }) => reportedAt);
  return { nodes: withStates(nodes, changed), at: Math.max(at, ...times) };
}
