import type { MachineRow } from '@moorline/control-api';
import { useApp } from '../../app-context.js';
import { Button } from '../../ui/button.js';
import { EmptyState } from '../../ui/states.js';
import { csvBlob, saveFile, toCsv } from '../../ui/table/csv.js';
import { DataTable } from '../../ui/table/data-table.js';
import { agentColumns } from './agent-columns.js';
import { type AgentSelection, isAgentSort } from './agent-list.js';
import { concernsOf } from './agent-state.js';

/** Properties of {@link AgentTable}. */
export interface AgentTableProps {
  /** In their order. */
  machines: readonly MachineRow[];
  /** Unix milliseconds. */
  now: number;
  selection: Pick<AgentSelection, 'sort' | 'order'>;
  onSelect: (change: Pick<AgentSelection, 'sort' | 'order'>) => void;
}

export function AgentTable({ machines, now, selection, onSelect }: AgentTableProps) {
  const { router } = useApp();
  if (machines.length === 0)
    return <EmptyState title="No agent is so">Take a filter away to see the others.</EmptyState>;
  return (
    <DataTable
      label="Agents"
      columns={agentColumns(now)}
      rows={machines}
      rowKey={({ id }) => id}
      sorting={{ by: selection.sort, order: selection.order }}
      onSort={({ by, order }) => {
        if (isAgentSort(by)) onSelect({ sort: by, order });
      }}
      onOpen={({ group, host }) => router.navigate({ view: 'node', cluster: group, host })}
      rowClass={(machine) => (concernsOf(machine, now).includes('stale') ? 'is-stale' : undefined)}
      narrow={{ rowHeight: 100, class: 'agents-narrow' }}
      keepScrollAs="agents"
    />
  );
}

/** Saves the same as a file. */
export function AgentFileButton({ machines, now }: Pick<AgentTableProps, 'machines' | 'now'>) {
  return <Button onClick={() => saveFile('agents.csv', csvBlob(toCsv(agentColumns(now), machines)))}>CSV</Button>;
}
