import type { Cluster, NodeRow } from '@moorline/control-api';
import { useMemo } from 'preact/hooks';
import { useApp } from '../../app-context.js';
import { Button } from '../../ui/button.js';
import type { Sorting } from '../../ui/table/column.js';
import { csvBlob, saveFile, toCsv } from '../../ui/table/csv.js';
import { DataTable } from '../../ui/table/data-table.js';
import { nodeColumns, sortNodes } from './node-columns.js';

/** Properties of {@link NodeTable}. */
export interface NodeTableProps {
  cluster: Cluster;
  nodes: readonly NodeRow[];
  /** Those that were asked for. */
  metrics: readonly string[];
  /** The server's time, Unix milliseconds. */
  at: number;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

/** The numbers behind the grid. */
export function NodeTable({ cluster, nodes, metrics, at, sorting, onSort }: NodeTableProps) {
  const { router } = useApp();
  const columns = useMemo(() => nodeColumns(cluster, metrics, at), [cluster, metrics.join('\n'), at]);
  const sorted = useMemo(() => sortNodes(nodes, columns, sorting), [nodes, columns, sorting.by, sorting.order]);
  return (
    <DataTable
      label={`Nodes of ${cluster.name}`}
      columns={columns}
      rows={sorted}
      rowKey={({ host }) => host}
      sorting={sorting}
      onSort={onSort}
      onOpen={({ host }) => router.navigate({ view: 'node', cluster: cluster.name, host })}
      keepScrollAs="nodes"
    />
  );
}

/** Saves the same as a file. */
export function NodeFileButton({ cluster, nodes, metrics, at, sorting }: Omit<NodeTableProps, 'onSort'>) {
  const save = () => {
    const columns = nodeColumns(cluster, metrics, at);
    saveFile(`nodes-${cluster.name}.csv`, csvBlob(toCsv(columns, sortNodes(nodes, columns, sorting))));
  };
  return <Button onClick={save}>CSV</Button>;
}
