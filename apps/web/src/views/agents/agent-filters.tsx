import type { MachineRow } from '@moorline/control-api';
import { TextField } from '../../ui/fields.js';
import { FilterChips } from '../../ui/filter-chips.js';
import type { AgentSelection } from './agent-list.js';
import { concernFacts, concerns, concernsOf } from './agent-state.js';
import { countVersions } from './versions.js';
import { toggled } from '../cluster/selection.js';

/** Properties of {@link AgentFilters}. */
export interface AgentFiltersProps {
  /** All of them. */
  machines: readonly MachineRow[];
  /** Unix milliseconds. */
  now: number;
  selection: AgentSelection;
  onSelect: (change: Partial<AgentSelection>) => void;
}

/** What wants a look, which versions are about, and a search. */
export function AgentFilters({ machines, now, selection, onSelect }: AgentFiltersProps) {
  const found = machines.map((machine) => concernsOf(machine, now));
  return (
    <div class="agent-filters">
      <TextField
        label="Find"
        type="search"
        value={selection.text}
        placeholder="Host, group, version, id"
        autocomplete="off"
        spellcheck={false}
        onValue={(text) => onSelect({ text })}
      />
      <FilterChips
        label="Look at"
        chips={concerns.map((value) => ({
          ...{ value, ...concernFacts[value] },
          count: found.filter((list) => list.includes(value)).length,
        }))}
        chosen={selection.concerns}
        onToggle={(value) => onSelect({ concerns: toggled(concerns, selection.concerns, value) })}
      />
      <FilterChips
        label="Versions"
        chips={countVersions(machines).map(({ version, agents }) => ({
          value: version ?? '',
          label: version ?? 'Not known',
          meaning: version === undefined ? 'agents that have not reported yet' : `agents of version ${version}`,
          count: agents,
        }))}
        chosen={selection.version === undefined ? [] : [selection.version]}
        onToggle={(version) => onSelect({ version: version === selection.version ? undefined : version })}
      />
    </div>
  );
}
