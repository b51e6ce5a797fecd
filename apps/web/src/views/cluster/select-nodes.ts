import type { Cluster, NodeRow } from '@moorline/control-api';
import { levelOf } from './node-look.js';
import { healthOf, statusOf } from './node-status.js';
import type { Selection } from './selection.js';

/** The nodes that a selection shows. @param at the server's time, Unix milliseconds. */
export function selectNodes(
  cluster: Cluster,
  nodes: readonly NodeRow[],
  { colour, statuses, healths, levels, host }: Selection,
  at: number,
): NodeRow[] {
  const wanted = host.trim().toLowerCase();
  return nodes.filter(
    (node) =>
      (wanted === '' || node.host.toLowerCase().includes(wanted)) &&
      (statuses.length === 0 || statuses.includes(statusOf(node, at))) &&
      (healths.length === 0 || healths.includes(healthOf(node))) &&
      (levels.length === 0 || colour.by !== 'metric' || levels.includes(levelOf(node, cluster, colour.metric, at))),
  );
}
