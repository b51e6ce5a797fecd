import type { Cluster, Job } from '@moorline/control-api';
import { formatQuantity } from '../../format/unit.js';
import type { Grade } from '../../plots/thresholds.js';
import { type Tone, ToneMark } from '../../ui/badge.js';
import { type FootprintEntry, footprintOf } from './footprint.js';

const tones: Record<Grade, Tone> = { good: 'good', normal: 'good', caution: 'warn', alert: 'bad' };
const words: Record<Grade, string> = {
  good: 'good',
  normal: 'normal',
  caution: 'worth a look',
  alert: 'out of bounds',
};
const kinds = { avg: 'average', min: 'lowest', max: 'highest' };

/** How much of its nodes a job used: each number against the best that is possible. */
export function FootprintBars({ job, cluster }: { job: Job; cluster: Cluster }) {
  const entries = footprintOf(job, cluster);
  if (entries.length === 0) return null;
  return (
    <section aria-label="Footprint">
      <h2>Footprint</h2>
      <ul class="footprint">
        {entries.map((entry) => (
          <Bar key={`${entry.metric} ${entry.stat}`} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

function Bar({ entry: { metric, stat, value, config, grade, share } }: { entry: FootprintEntry }) {
  const tone = grade === undefined ? 'idle' : tones[grade];
  return (
    <li class="footprint-entry">
      <span class="footprint-name text">
        {metric} <small>{kinds[stat]}</small>
      </span>
      <span class="footprint-value number">
        {formatQuantity(value, config.unit)}
        {share === undefined ? null : <small> of {formatQuantity(config.peak, config.unit)}</small>}
      </span>
      {share === undefined ? null : (
        <svg class={`footprint-bar footprint-${tone}`} width="100%" height="8" aria-hidden="true">
          <rect class="footprint-track" width="100%" height="8" rx="4" />
          <rect class="footprint-fill" width={`${share * 100}%`} height="8" rx="4" />
        </svg>
      )}
      {grade === undefined ? null : (
        <span class="footprint-grade">
          <ToneMark tone={tone} />
          {words[grade]}
        </span>
      )}
    </li>
  );
}
