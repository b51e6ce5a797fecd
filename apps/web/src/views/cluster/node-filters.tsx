import type { Cluster, NodeRow } from '@moorline/control-api';
import { FilterChips } from '../../ui/filter-chips.js';
import { healthPaints, statusPaints } from './colours.js';

import { countBy } from './node-groups.js';
import { levelFacts, levelOf } from './node-look.js';
import { healthFacts, healthOf, nodeHealths, nodeStatuses, statusFacts, statusOf } from './node-status.js';
import { levels, type Selection, toggled } from './selection.js';

/** Properties of {@link NodeFilters}. */
export interface NodeFiltersProps {
  cluster: Cluster;
  /** All of them: what is filtered out is counted too. */
  nodes: readonly NodeRow[];
  /** The server's time, Unix milliseconds. */
  at: number;
  selection: Selection;
  onSelect: (change: Partial<Selection>) => void;
}

/** Which nodes are shown: by state, by health, and by how they stand in the metric that colours. */
export function NodeFilters({ cluster, nodes, at, selection, onSelect }: NodeFiltersProps) {
  const { colour, statuses, healths, levels: chosenLevels } = selection;
  const byStatus = countBy(nodes, nodeStatuses, (node) => statusOf(node, at));
  const byHealth = countBy(nodes, nodeHealths, healthOf);
  return (
    <div class="node-filters">
      <FilterChips
        label="State"
        chips={nodeStatuses.map((value) => ({
          ...{ value, ...statusFacts[value], count: byStatus.get(value) ?? 0 },
          mark: { ...statusPaints[value], sign: statusFacts[value].sign },
        }))}
        chosen={statuses}
        onToggle={(value) => onSelect({ statuses: toggled(nodeStatuses, statuses, value) })}
      />
      <FilterChips
        label="Health"
        chips={nodeHealths.map((value) => ({
          ...{ value, ...healthFacts[value], count: byHealth.get(value) ?? 0 },
          mark: { ...healthPaints[value], sign: healthFacts[value].sign },
        }))}
        chosen={healths}
        onToggle={(value) => onSelect({ healths: toggled(nodeHealths, healths, value) })}
      />
      {colour.by === 'metric' ? (
        <LevelChips {...{ cluster, nodes, at, metric: colour.metric, chosen: chosenLevels, onSelect }} />
      ) : null}
    </div>
  );
}

function LevelChips({ cluster, nodes, at, metric, chosen, onSelect }: LevelChipsProps) {
  const counts = countBy(nodes, levels, (node) => levelOf(node, cluster, metric, at));
  return (
    <FilterChips
      label="Value"
      chips={levels.map((value) => {
        const { label, sign, meaning } = levelFacts[value];
        const name = sign === '' ? label : `${sign} ${label}`;
        return { value, label: name, meaning, count: counts.get(value) ?? 0 };
      })}
      chosen={chosen}
      onToggle={(value) => onSelect({ levels: toggled(levels, chosen, value) })}
    />
  );
}

interface LevelChipsProps extends Pick<NodeFiltersProps, 'cluster' | 'nodes' | 'at' | 'onSelect'> {
  metric: string;
  chosen: Selection['levels'];
}
