import type { MetricStretch, MetricTree } from '@moorline/cc-api/server';
import type { Session } from '../database/query.js';
import type { MetricTables } from './metric-tables.js';
import { pathOf } from './series-catalog.js';
import type { SeriesState } from './series-state.js';
import type { WaitingSamples } from './waiting-samples.js';

/** A series with what is kept of it: its chunks, and what waits in the journal. */
export interface KeptSeries {
  state: SeriesState;
  stretches: readonly MetricStretch[];
}

/** @returns those of the series of which anything is kept. */
export async function readStretches(
  tables: MetricTables,
  session: Session,
  waiting: WaitingSamples,
  series: readonly SeriesState[],
): Promise<KeptSeries[]> {
  // Memory first: what is folded meanwhile is then seen twice, never not at all.
  const unsaved = series.map((state) => unsavedStretch(waiting, state));
  const saved = new Map<number, MetricStretch[]>(series.map(({ id }) => [id, []]));
  for (const row of await tables.stretchesOf(session, [...saved.keys()])) {
    saved.get(row.series)?.push({ start: row.first_time, end: row.last_time, samples: row.samples, isSaved: true });
  }
  return series.flatMap((state, index) => {
    const stretches = [...(saved.get(state.id) ?? []), ...(unsaved[index] ?? [])];
    return stretches.length === 0 ? [] : [{ state, stretches }];
  });
}

/** The samples that are in the journal only. */
function unsavedStretch(waiting: WaitingSamples, state: SeriesState): MetricStretch[] {
  const { times } = waiting.of(state);
  const [start, end] = [times[0], times.at(-1)];
  if (start === undefined || end === undefined) return [];
  return [{ start, end, samples: state.waiting, isSaved: false }];
}

interface Level extends MetricTree {
  metrics: Map<string, MetricStretch[]>;
  children: Map<string, Level>;
}

/**
 * Series as a tree of their paths.
 *
 * @param depth how many parts of each path are left out: those of the level that was asked for.
 */
export function toTree(kept: Iterable<KeptSeries>, depth: number): MetricTree {
  const root = emptyLevel();
  for (const { state, stretches } of kept) {
    let level = root;
    for (const part of pathOf(state.key).slice(depth)) {
      let child = level.children.get(part);
      if (child === undefined) level.children.set(part, (child = emptyLevel()));
      level = child;
    }
    level.metrics.set(state.key.metric, [...(level.metrics.get(state.key.metric) ?? []), ...stretches]);
  }
  return root;
}

const emptyLevel = (): Level => ({ metrics: new Map(), children: new Map() });
