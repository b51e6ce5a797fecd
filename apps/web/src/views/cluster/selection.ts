import { nodeHealths, type HealthStatus, nodeStatuses, type NodeStatus } from './node-status.js';
import type { Sorting } from '../../ui/table/column.js';
import { type Verdict, verdicts } from './thresholds.js';

/** What the reader chose to see of a cluster; all of it is in the address. */
export interface Selection {
  /** What colours the cells. */
  colour: Colour;
  /** Nodes of these statuses; empty = all. */
  statuses: readonly NodeStatus[];
  /** Nodes of these healths; empty = all. */
  healths: readonly HealthStatus[];
  /** Nodes whose value of the colouring metric is so; empty = all. */
  levels: readonly Level[];
  /** Part of a host's name, in any case; empty = all. */
  host: string;
  /** Cells, or the table behind them. */
  shape: 'grid' | 'table';
  /** Of the table. */
  sorting: Sorting;
}

export type Colour = { by: 'status' } | { by: 'health' } | { by: 'metric'; metric: string };

/** How a node stands in the colouring metric: `unjudged` without thresholds, `none` without a value. */
export const levels = [...[...verdicts].reverse(), 'unjudged', 'none'] as const;

export type Level = Verdict | 'unjudged' | 'none';

export const everything: Selection = {
  colour: { by: 'status' },
  statuses: [],
  healths: [],
  levels: [],
  host: '',
  shape: 'grid',
  sorting: { by: 'host', order: 'asc' },
};

/** Reads the query of an address; what it does not know counts as not said. */
export function readSelection(query: URLSearchParams): Selection {
  const metric = query.get('metric') ?? '';
  const byHealth = query.get('colour') === 'health';
  return {
    colour: metric !== '' ? { by: 'metric', metric } : { by: byHealth ? 'health' : 'status' },
    statuses: among(nodeStatuses, query.get('state')),
    healths: among(nodeHealths, query.get('health')),
    levels: metric === '' ? [] : among(levels, query.get('level')),
    host: query.get('host') ?? '',
    shape: query.get('shape') === 'table' ? 'table' : 'grid',
    sorting: { by: query.get('sort') ?? everything.sorting.by, order: query.get('order') === 'desc' ? 'desc' : 'asc' },
  };
}

/** The shortest query that {@link readSelection} reads back. */
export function writeSelection({
  colour,
  statuses,
  healths,
  levels,
  host,
  shape,
  sorting,
}: Selection): URLSearchParams {
  const query = new URLSearchParams();
  if (colour.by === 'health') query.set('colour', 'health');
  if (colour.by === 'metric') query.set('metric', colour.metric);
  if (statuses.length > 0) query.set('state', statuses.join(','));
  if (healths.length > 0) query.set('health', healths.join(','));
  if (levels.length > 0 && colour.by === 'metric') query.set('level', levels.join(','));
  if (host !== '') query.set('host', host);
  if (shape === 'table') query.set('shape', 'table');
  if (sorting.by !== everything.sorting.by) query.set('sort', sorting.by);
  if (sorting.order === 'desc') query.set('order', 'desc');
  return query;
}

/** The known words of a list, each once, in the order of what is known. */
function among<T extends string>(known: readonly T[], text: string | null): T[] {
  const given = new Set<string>((text ?? '').split(','));
  return known.filter((word) => given.has(word));
}

/** The list with a word more, or without it where it had it. */
export function toggled<T extends string>(known: readonly T[], chosen: readonly T[], word: T): T[] {
  return known.filter((one) => chosen.includes(one) !== (one === word));
}
