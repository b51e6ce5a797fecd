import type { Unit } from '@moorline/control-api';
import { formatTimeRange, type Zone } from '../format/time.js';
import { formatQuantity } from '../format/unit.js';
import type { TimeWindow } from './decimate.js';
import type { SeriesStatistics } from './statistics.js';

/** A plot in one sentence, for who does not see it. */
export function summarise(plot: {
  title: string;
  unit: Unit;
  lines: number;
  shown: TimeWindow;
  statistics: SeriesStatistics | undefined;
  zone: Zone;
}): string {
  const { title, unit, lines, shown, statistics, zone } = plot;
  const range = formatTimeRange(shown.from, shown.to, zone);
  const count = lines === 1 ? '1 line' : `${String(lines)} lines`;
  if (statistics === undefined) return `${title}, ${count}, ${range}: nothing was measured.`;
  const [min, avg, max] = [statistics.min, statistics.avg, statistics.max].map((value) => formatQuantity(value, unit));
  return `${title}, ${count}, ${range}: minimum ${String(min)}, average ${String(avg)}, maximum ${String(max)}.`;
}
