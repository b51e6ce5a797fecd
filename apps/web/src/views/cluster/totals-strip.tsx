import { formatNumber } from '../../format/unit.js';
import { Link } from '../../routing/link.js';
import type { Share, Totals } from './totals.js';

/** Properties of {@link TotalsStrip}. */
export interface TotalsStripProps {
  cluster: string;
  totals: Totals;
  /** Jobs that run on the cluster; undefined while they are counted. */
  runningJobs: string | undefined;
}

/** A cluster in a line: what is in use, and what runs. */
export function TotalsStrip({ cluster, totals, runningJobs }: TotalsStripProps) {
  const jobs = new URLSearchParams({ state: 'running', cluster });
  return (
    <dl class="totals">
      <ShareOf name="Nodes in use" share={totals.nodes} />
      <div class="total">
        <dt>Running jobs</dt>
        <dd>
          <Link to={{ view: 'jobs' }} query={jobs}>
            <span class="total-figure number">{runningJobs ?? '…'}</span>
          </Link>
        </dd>
      </div>
      {totals.cpus && <ShareOf name="CPUs allocated" share={totals.cpus} />}
      {totals.gpus && <ShareOf name="GPUs allocated" share={totals.gpus} />}
      {totals.load && <ShareOf name="Load" share={totals.load} />}
    </dl>
  );
}

function ShareOf({ name, share: { used, of } }: { name: string; share: Share }) {
  return (
    <div class="total">
      <dt>{name}</dt>
      <dd>
        <span class="total-figure number">{formatNumber(used, 4)}</span>
        <span class="total-of number"> of {formatNumber(of, 4)}</span>
        <meter class="total-meter" min={0} max={of} value={Math.min(used, of)} aria-hidden="true" />
      </dd>
    </div>
  );
}
