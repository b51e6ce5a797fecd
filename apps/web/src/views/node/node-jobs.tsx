import { useRef } from 'preact/hooks';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { formatDuration } from '../../format/duration.js';
import { formatTime } from '../../format/time.js';
import { useInSight } from '../../plots/use-in-sight.js';
import { Link } from '../../routing/link.js';
import { JobStateBadge } from '../../ui/job-state.js';
import { timeZone } from '../../ui/preferences.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { useNow } from '../../ui/use-now.js';

/** So many jobs are listed; the rest is a link away. */
const shown = 15;

/** The jobs that run on a node, and those that did last. */
export function NodeJobs({ cluster, host }: { cluster: string; host: string }) {
  const { control } = useApp();
  const box = useRef<HTMLElement>(null);
  const isInSight = useInSight(box);
  const now = useNow();
  const jobs = useQuery(
    isInSight ? `jobs of ${cluster}/${host}` : undefined,
    (signal) => control.searchJobs({ cluster, node: host, limit: shown }, { signal }),
    {
      refetchOn: ({ event, data }) => {
        if (event !== 'job') return false;
        if (data.change === 'deleted') return true;
        // A row names the first hosts only: of a larger job nobody knows.
        const { hosts, numNodes } = data.job;
        return data.job.cluster === cluster && (hosts.includes(host) || numNodes > hosts.length);
      },
    },
  );
  const all = (
    <Link to={{ view: 'jobs' }} query={new URLSearchParams({ cluster, node: host })}>
      All jobs of this node
    </Link>
  );
  return (
    <section ref={box} class="node-section" aria-label="Jobs">
      <header class="node-section-head">
        <h2>Jobs</h2>
        {all}
      </header>
      {jobs.data === undefined ? (
        jobs.error === undefined ? (
          <Loading label="Jobs" lines={4} />
        ) : (
          <ErrorState title="The jobs could not be read" error={jobs.error} onRetry={jobs.refetch} />
        )
      ) : jobs.data.jobs.length === 0 ? (
        <EmptyState title="No job ran here">A job is listed here as soon as it starts on this node.</EmptyState>
      ) : (
        <div class="node-scroll" tabIndex={0} role="region" aria-label="Jobs of this node">
          <table class="node-table">
            <thead>
              <tr>
                <th scope="col">Job</th>
                <th scope="col">State</th>
                <th scope="col">Name</th>
                <th scope="col">User</th>
                <th scope="col">Started</th>
                <th scope="col">Ran for</th>
                <th scope="col">Nodes</th>
              </tr>
            </thead>
            <tbody>
              {jobs.data.jobs.map((job) => (
                <tr key={job.id}>
                  <th scope="row">
                    <Link to={{ view: 'job', id: job.id }}>{job.jobId}</Link>
                  </th>
                  <td>
                    <JobStateBadge state={job.jobState} />
                  </td>
                  <td class="node-job-name" dir="auto">
                    {job.name}
                  </td>
                  <td dir="auto">{job.user}</td>
                  <td>{formatTime(job.startTime, timeZone.value)}</td>
                  <td class="number">
                    {formatDuration(job.jobState === 'running' ? Math.max(0, now - job.startTime) : job.duration)}
                  </td>
                  <td class="number">{job.numNodes}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
