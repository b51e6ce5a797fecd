import type { MetricConfig } from '@moorline/control-api';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { formatQuantity, unitText } from '../../format/unit.js';
import type { MetricRanges } from '../../plots/metric-ranges.js';
import { Button } from '../../ui/button.js';
import { Loading } from '../../ui/states.js';
import type { Column, Sorting } from '../../ui/table/column.js';
import { csvBlob, saveFile, toCsv } from '../../ui/table/csv.js';
import { DataTable } from '../../ui/table/data-table.js';
import { sortRows, type StatisticsRow, statisticsRows } from './statistics-rows.js';

/** Properties of {@link StatisticsTable}. */
export interface StatisticsTableProps {
  metrics: readonly MetricConfig[];
  ranges: MetricRanges;
}

const number = (id: 'min' | 'avg' | 'max', header: string): Column<StatisticsRow> => ({
  id,
  header,
  width: 'minmax(6rem, 1fr)',
  align: 'end',
  sort: id,
  firstOrder: 'desc',
  cell: (row) => <span class="number">{formatQuantity(row[id], row.unit)}</span>,
  value: (row) => row[id],
});

const columns: readonly Column<StatisticsRow>[] = [
  {
    ...{ id: 'metric', header: 'Metric', width: 'minmax(8rem, 2fr)', sort: 'metric' },
    cell: ({ metric }) => metric,
    value: ({ metric }) => metric,
  },
  {
    ...{ id: 'host', header: 'Node', width: 'minmax(6rem, 2fr)', sort: 'host' },
    cell: ({ host }) => host,
    value: ({ host }) => host,
  },
  number('min', 'Min'),
  number('avg', 'Avg'),
  number('max', 'Max'),
];
const csvColumns = [...columns, { header: 'Unit', value: ({ unit }: StatisticsRow) => unitText(unit) }];

/** The least, the mean and the largest value of each metric on each node. Reads all metrics, so only when it is opened. */
export function StatisticsTable({ metrics, ranges }: StatisticsTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="statistics" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>Statistics by node</h2>
      </summary>
      {isOpen ? <Statistics metrics={metrics} ranges={ranges} /> : null}
    </details>
  );
}

function Statistics({ metrics, ranges }: StatisticsTableProps) {
  const [sorting, setSorting] = useState<Sorting>({ by: 'metric', order: 'asc' });
  useEffect(() => {
    const releases = metrics.map(({ name }) => ranges.show(name, 'node'));
    return () => {
      for (const release of releases) release();
    };
  }, [metrics, ranges]);
  const states = metrics.map(({ name }) => ranges.state(name, 'node').value);
  const data = states.map((state) => state.data);
  const rows = useMemo(() => statisticsRows(data), data);
  const sorted = useMemo(() => sortRows(rows, sorting), [rows, sorting]);
  if (states.some((state) => state.data === undefined && state.error === undefined))
    return <Loading label="Statistics" />;
  return (
    <>
      <div class="statistics-table">
        <DataTable
          label="Statistics by node"
          columns={columns}
          rows={sorted}
          rowKey={({ metric, host }) => `${metric}\0${host}`}
          sorting={sorting}
          onSort={setSorting}
        />
      </div>
      <Button kind="quiet" onClick={() => saveFile('statistics.csv', csvBlob(toCsv(csvColumns, sorted)))}>
        Save as CSV
      </Button>
    </>
  );
}
