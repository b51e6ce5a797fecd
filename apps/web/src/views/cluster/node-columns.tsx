import type { Cluster, NodeRow } from '@moorline/control-api';
import { formatRelative } from '../../format/duration.js';
import { formatQuantity, noValue, unitText } from '../../format/unit.js';
import { Link } from '../../routing/link.js';
import type { Column, Sorting } from '../../ui/table/column.js';
import { metricConfigOf } from '../../plots/thresholds.js';
import { byHost } from './by-host.js';
import { levelFacts, levelOf } from './node-look.js';
import { healthFacts, healthOf, lastHeard, nodeHealths, nodeStatuses, statusFacts, statusOf } from './node-status.js';

/** A column of the table behind the grid, and how it is sorted. */
export interface NodeColumn extends Column<NodeRow> {
  compare: (one: NodeRow, other: NodeRow) => number;
}

/** @param metrics those that were asked for. @param at the server's time, Unix milliseconds. */
export function nodeColumns(cluster: Cluster, metrics: readonly string[], at: number): NodeColumn[] {
  const status = (node: NodeRow) => statusOf(node, at);
  const hasGpus = cluster.subClusters.some(({ topology }) => (topology.accelerators ?? []).length > 0);
  return [
    {
      ...textColumn('host', 'Host', (node) => node.host),
      cell: ({ host }) => (
        <Link to={{ view: 'node', cluster: cluster.name, host }} tabIndex={-1}>
          {host}
        </Link>
      ),
      compare: byHost,
    },
    { ...textColumn('subCluster', 'Subcluster', (node) => node.subCluster), width: 'minmax(7rem, 1fr)' },
    {
      ...textColumn('state', 'State', status),
      cell: (node) => withSign(statusFacts[status(node)]),
      compare: (one, other) => nodeStatuses.indexOf(status(one)) - nodeStatuses.indexOf(status(other)),
    },
    {
      ...textColumn('health', 'Health', healthOf),
      cell: (node) => withSign(healthFacts[healthOf(node)]),
      compare: (one, other) => nodeHealths.indexOf(healthOf(one)) - nodeHealths.indexOf(healthOf(other)),
    },
    numberColumn('jobs', 'Jobs', (node) => node.jobsRunning),
    numberColumn('cpus', 'CPUs', (node) => node.cpusAllocated),
    ...(hasGpus ? [numberColumn('gpus', 'GPUs', (node) => node.gpusAllocated)] : []),
    { ...numberColumn('memory', 'Memory (MB)', (node) => node.memoryAllocated), width: 'minmax(8rem, 1fr)' },
    ...metrics.map((name) => metricColumn(cluster, name, at)),
    {
      ...numberColumn('heard', 'Last heard', lastHeard),
      cell: (node) => formatRelative((lastHeard(node) ?? Number.NaN) / 1000, at / 1000),
      value: (node) => isoTime(lastHeard(node)),
    },
  ];
}

function metricColumn(cluster: Cluster, name: string, at: number): NodeColumn {
  const unit = unitText(cluster.metricConfig.find((metric) => metric.name === name)?.unit ?? { base: '' });
  const column = numberColumn(`metric:${name}`, name, (node) => node.metrics[name]?.value);
  return {
    ...column,
    width: 'minmax(10rem, 1fr)',
    header: unit === '' ? name : `${name} (${unit})`,
    cell(node) {
      const value = node.metrics[name]?.value;
      if (value === undefined) return noValue;
      const level = levelOf(node, cluster, name, at);
      const text = formatQuantity(value, metricConfigOf(cluster, node.subCluster, name)?.unit ?? { base: '' });
      if (level !== 'alert' && level !== 'caution') return text;
      const { sign, label } = levelFacts[level];
      return (
        <span class={`level-${level}`}>
          <span aria-hidden="true">{sign} </span>
          {text}
          <span class="visually-hidden">, {label.toLowerCase()}</span>
        </span>
      );
    },
  };
}

const withSign = ({ sign, label }: { sign: string; label: string }) => (
  <>
    <span aria-hidden="true">{sign} </span>
    {label}
  </>
);

function textColumn(id: string, header: string, text: (node: NodeRow) => string): NodeColumn {
  const compare = (one: NodeRow, other: NodeRow) => byHost({ host: text(one) }, { host: text(other) });
  return { id, header, width: 'minmax(6rem, 1fr)', sort: id, cell: text, value: text, compare };
}

/** A node without a number counts as the lowest. */
function numberColumn(id: string, header: string, value: (node: NodeRow) => number | undefined): NodeColumn {
  return {
    id,
    header,
    width: 'minmax(6rem, 1fr)',
    align: 'end',
    sort: id,
    firstOrder: 'desc',
    cell: (node) => value(node) ?? noValue,
    value,
    compare: (one, other) => (value(one) ?? -Infinity) - (value(other) ?? -Infinity) || 0,
  };
}

const isoTime = (ms: number | undefined): string | undefined => (ms === undefined ? ms : new Date(ms).toISOString());

/** Sorted by a column, then by host; by host alone where there is no such column. */
export function sortNodes(
  nodes: readonly NodeRow[],
  columns: readonly NodeColumn[],
  { by, order }: Sorting,
): NodeRow[] {
  const compare = columns.find(({ id }) => id === by)?.compare ?? byHost;
  const direction = order === 'asc' ? 1 : -1;
  return [...nodes].sort((one, other) => direction * compare(one, other) || byHost(one, other));
}
