import type { MetricSample } from '../server/backend.js';
import type { MetricStretch, MetricTree } from '../server/backend/administration.js';

/** The samples of one series, as one stretch. */
export interface SeriesStretch extends MetricStretch {
  path: readonly string[];
  metric: string;
  of: readonly MetricSample[];
}

/** Cluster, host, part and device: where a sample lies in the tree. */
export function pathOf({ cluster, host, type, typeId = '', subtype, subtypeId = '' }: MetricSample): string[] {
  if (type === undefined) return [cluster, host];
  const part = `${type}${typeId}`;
  return subtype === undefined ? [cluster, host, part] : [cluster, host, part, `${subtype}${subtypeId}`];
}

export function isBelow(path: readonly string[], level: readonly string[]): boolean {
  return level.every((part, index) => part === path[index]);
}

/** @param timestepOf seconds between the samples of a metric. */
export function stretchesOf(
  samples: readonly MetricSample[],
  timestepOf: (metric: string) => number,
): readonly SeriesStretch[] {
  const series = new Map<string, { path: string[]; metric: string; of: MetricSample[] }>();
  for (const sample of samples) {
    const { metric } = sample;
    const path = pathOf(sample);
    const key = JSON.stringify([metric, ...path]);
    const known = series.get(key);
    if (known === undefined) series.set(key, { path, metric, of: [sample] });
    else known.of.push(sample);
  }
  return [...series.values()].map((one) => ({ ...one, ...stretch(one.of, timestepOf(one.metric)) }));
}

/** As the original's buffers lie: from half a timestep before the first sample, a whole number of timesteps. */
function stretch(samples: readonly MetricSample[], timestep: number): MetricStretch {
  const times = samples.map(({ time }) => time).sort((a, b) => a - b);
  const start = (times[0] ?? 0) - Math.floor(timestep / 2);
  const count = Math.floor(((times.at(-1) ?? 0) - start) / timestep) + 1;
  return { start, end: start + count * timestep, samples: count, isSaved: false };
}

/** What lies below a level, as a tree. */
export function treeOf(stretches: readonly SeriesStretch[], level: readonly string[]): MetricTree {
  const root = emptyTree();
  for (const { path, metric, start, end, samples, isSaved } of stretches) {
    if (!isBelow(path, level)) continue;
    let at = root;
    for (const part of path.slice(level.length)) {
      const next = at.children.get(part) ?? emptyTree();
      at.children.set(part, next);
      at = next;
    }
    at.metrics.set(metric, [{ start, end, samples, isSaved }]);
  }
  return root;
}

interface GrowingTree {
  metrics: Map<string, MetricStretch[]>;
  children: Map<string, GrowingTree>;
}

function emptyTree(): GrowingTree {
  return { metrics: new Map(), children: new Map() };
}
