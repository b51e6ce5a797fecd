import type { Job } from '@moorline/control-api';
import type { ComponentChildren } from 'preact';
import { seesNodes } from '../../api/roles.js';
import { useApp } from '../../app-context.js';
import { formatClock, formatDuration } from '../../format/duration.js';
import { formatTime } from '../../format/time.js';
import { formatQuantity } from '../../format/unit.js';
import { Link } from '../../routing/link.js';
import { timeZone } from '../../ui/preferences.js';
import { useNow } from '../../ui/use-now.js';

/** So many nodes are listed at once; the rest unfold. */
const shownNodes = 16;

const sharing: Record<Job['shared'], string> = {
  none: 'not shared',
  single_user: 'shared with jobs of the same user',
  multi_user: 'shared with jobs of anybody',
};

/** What the job is, where it runs and for how long. */
export function JobFacts({ job }: { job: Job }) {
  const isRunning = job.jobState === 'running';
  const jobsOf = (name: string, value: string) => (
    <Link to={{ view: 'jobs' }} query={new URLSearchParams({ [name]: value })}>
      {value}
    </Link>
  );
  return (
    <section class="job-facts" aria-label="Facts">
      <dl class="facts">
        <Fact name="User">{jobsOf('user', job.user)}</Fact>
        <Fact name="Project">{jobsOf('project', job.project)}</Fact>
        <Fact name="Cluster">
          {job.cluster}
          {job.subCluster === '' ? '' : ` / ${job.subCluster}`}
        </Fact>
        {job.partition === undefined || job.partition === '' ? null : <Fact name="Partition">{job.partition}</Fact>}
        <Fact name="Started">{formatTime(job.startTime, timeZone.value)}</Fact>
        <Fact name={isRunning ? 'Running for' : 'Ran for'}>
          {isRunning ? <RunningClock startTime={job.startTime} /> : formatDuration(job.duration)}
          {job.walltime === undefined || job.walltime === 0 ? null : ` of ${formatDuration(job.walltime)}`}
        </Fact>
        {isRunning ? null : <Fact name="Ended">{formatTime(job.startTime + job.duration, timeZone.value)}</Fact>}
        {job.submitTime === undefined || job.submitTime === 0 ? null : (
          <Fact name="Waited">{formatDuration(job.startTime - job.submitTime)}</Fact>
        )}
        <Fact name="Hardware">{hardware(job)}</Fact>
        {job.requestedMemory === undefined || job.requestedMemory === 0 ? null : (
          <Fact name="Memory asked for">{formatQuantity(job.requestedMemory, { base: 'B', prefix: 'M' })}</Fact>
        )}
        {job.arrayJobId === undefined || job.arrayJobId === 0 ? null : <Fact name="Array job">{job.arrayJobId}</Fact>}
        {job.energy > 0 ? <Fact name="Energy">{formatQuantity(job.energy, { base: 'J' })}</Fact> : null}
        <Fact name="Nodes are">{sharing[job.shared]}</Fact>
      </dl>
      <Nodes job={job} />
    </section>
  );
}

/** A component of its own: a second that passes renders these few digits and nothing else. */
function RunningClock({ startTime }: { startTime: number }) {
  return <span class="number">{formatClock(useNow(1000) - startTime)}</span>;
}

function Nodes({ job }: { job: Job }) {
  const { session } = useApp();
  const state = session.state.value;
  const isLinked = state.status === 'signedIn' && seesNodes(state.me);
  const item = ({ hostname }: Job['resources'][number]) => (
    <li key={hostname}>
      {isLinked ? (
        <Link to={{ view: 'node', cluster: job.cluster, host: hostname }}>{hostname}</Link>
      ) : (
        <span class="text">{hostname}</span>
      )}
    </li>
  );
  const more = job.resources.slice(shownNodes);
  return (
    <div class="job-nodes">
      <h2>{job.resources.length === 1 ? 'Node' : `Nodes (${job.resources.length})`}</h2>
      <ul class="name-list">{job.resources.slice(0, shownNodes).map(item)}</ul>
      {more.length === 0 ? null : (
        <details>
          <summary>{more.length} more</summary>
          <ul class="name-list">{more.map(item)}</ul>
        </details>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function hardware({ numNodes, numHwthreads = 0, numAcc = 0 }: Job): string {
  const parts = [
    counted(numNodes, 'node'),
    ...(numHwthreads > 0 ? [counted(numHwthreads, 'hardware thread')] : []),
    ...(numAcc > 0 ? [counted(numAcc, 'accelerator')] : []),
  ];
  return parts.join(', ');
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;
