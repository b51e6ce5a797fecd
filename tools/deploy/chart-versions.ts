import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { readJson } from '../repo/json.js';

/** The chart's description, from the root on. */
export const chartFile = 'deploy/helm/moorline/Chart.yaml';

/**
 * Gives the chart the version of the server that it starts: changesets know no charts.
 *
 * @param root of a checkout
 * @returns whether the chart had another; it has this one now
 */
export function updateChart(root: string): boolean {
  const version = String(readJson(join(root, 'apps/server/package.json'))['version']);
  const path = join(root, chartFile);
  const before = readFileSync(path, 'utf8');
  const chart = parseDocument(before);
  chart.set('version', version);
  chart.set('appVersion', version);
  const after = chart.toString({ lineWidth: 0 });
  if (after !== before) writeFileSync(path, after);
  return after !== before;
}
