import type { MetricAdministration } from '@moorline/cc-api/server';
import type { Session } from '../database/query.js';
import type { MetricStore } from './metric-store.js';
import type { MetricTables } from './metric-tables.js';
import { readStretches, toTree } from './metric-tree.js';

export interface MetricAdministrationParts {
  metrics: MetricStore;
  tables: MetricTables;
  reading: Session;
  /** Folds the journal into chunks. */
  compactNow: () => Promise<void>;
}

/** Looks into the samples by their paths, and lets go of old ones. */
export function createMetricAdministration({
  metrics,
  tables,
  reading,
  compactNow,
}: MetricAdministrationParts): MetricAdministration {
  return {
    async freeMetrics(paths, before) {
      // Only chunks can go, so what is in the journal becomes some first; this also catches up with other servers.
      await compactNow();
      return metrics.forget(new Set(paths.flatMap((path) => metrics.catalog.below(path))), () => ({
        samplesBefore: before,
        rollupsBefore: before,
      }));
    },
    async metricTree(path) {
      await metrics.refresh();
      const series = metrics.catalog.below(path);
      if (series.length === 0 && path.length > 0) return undefined;
      return toTree(await readStretches(tables, reading, metrics.catalog.waiting, series), path.length);
    },
  };
}
