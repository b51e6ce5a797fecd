import type { JobRow } from '@moorline/control-api';
import { formatDuration } from '../../format/duration.js';
import { formatTime, type Zone } from '../../format/time.js';
import { Link } from '../../routing/link.js';
import { JobStateBadge } from '../../ui/job-state.js';
import type { Column } from '../../ui/table/column.js';
import { durationNow, type ListedJob } from './job-list.js';

/** What the columns depend on. */
export interface JobColumnOptions {
  /** Unix seconds. */
  now: number;
  zone: Zone;
}

export function jobColumns({ now, zone }: JobColumnOptions): Column<ListedJob>[] {
  return [
    {
      id: 'state',
      header: 'State',
      width: '9.5rem',
      fits: true,
      cell: ({ job, isGone }) =>
        isGone ? <span class="job-gone">no longer here</span> : <JobStateBadge state={job.jobState} />,
      value: ({ job }) => job.jobState,
    },
    {
      id: 'job',
      header: 'Job',
      width: '6.5rem',
      sort: 'jobId',
      firstOrder: 'desc',
      cell: ({ job }) => (
        <Link to={{ view: 'job', id: job.id }} tabIndex={-1} class="number">
          {job.jobId}
        </Link>
      ),
      value: ({ job }) => job.jobId,
    },
    {
      id: 'name',
      header: 'Name',
      width: 'minmax(9rem, 2.5fr)',
      ...named(({ job }) => job.name ?? ''),
      value: ({ job }) => job.name,
    },
    {
      id: 'user',
      header: 'User',
      width: 'minmax(5.5rem, 1fr)',
      sort: 'user',
      ...named(({ job }) => job.user),
      value: ({ job }) => job.user,
    },
    {
      id: 'project',
      header: 'Project',
      width: 'minmax(6rem, 1fr)',
      sort: 'project',
      ...named(({ job }) => job.project),
      value: ({ job }) => job.project,
    },
    {
      id: 'cluster',
      header: 'Cluster',
      width: 'minmax(6.5rem, 1fr)',
      ...named(({ job }) => placeOf(job)),
      value: ({ job }) => job.cluster,
    },
    {
      id: 'nodes',
      header: 'Nodes',
      width: 'minmax(8rem, 1.2fr)',
      sort: 'numNodes',
      firstOrder: 'desc',
      cell: ({ job }) => (
        <>
          <span class="job-node-count number">{job.numNodes}</span>
          <span class="job-hosts" dir="auto" title={hostsText(job)}>
            {hostsText(job)}
          </span>
        </>
      ),
      value: ({ job }) => job.numNodes,
    },
    {
      id: 'start',
      header: 'Started',
      width: zone === 'utc' ? '12.5rem' : '10.5rem',
      fits: true,
      sort: 'startTime',
      firstOrder: 'desc',
      cell: ({ job }) => <span class="number">{formatTime(job.startTime, zone)}</span>,
      value: ({ job }) => new Date(job.startTime * 1000).toISOString(),
    },
    {
      id: 'duration',
      header: 'Duration',
      width: '7rem',
      fits: true,
      align: 'end',
      sort: 'duration',
      firstOrder: 'desc',
      cell: (row) => formatDuration(durationNow(row, now)),
      value: ({ job }) => job.duration,
    },
    {
      id: 'tags',
      header: 'Tags',
      width: 'minmax(6rem, 1.5fr)',
      cell: ({ job }) =>
        job.tags.map(({ id, type, name }) => (
          <span key={id} class="job-tag" dir="auto" title={`${type}: ${name}`}>
            {name}
          </span>
        )),
      value: ({ job }) => job.tags.map(({ type, name }) => `${type}:${name}`).join('; '),
    },
  ];
}

/** What a CSV file has besides what is seen: the rest of the row, in plain units. */
export const exportColumns = (columns: readonly Column<ListedJob>[]): Pick<Column<ListedJob>, 'header' | 'value'>[] => [
  ...columns.map(({ id, header, value }) => ({ header: id === 'duration' ? 'Duration (s)' : header, value })),
  { header: 'Subcluster', value: ({ job }) => job.subCluster },
  { header: 'Partition', value: ({ job }) => job.partition },
  { header: 'First hosts', value: ({ job }) => job.hosts.join(' ') },
  { header: 'Hardware threads', value: ({ job }) => job.numHwthreads },
  { header: 'Accelerators', value: ({ job }) => job.numAcc },
];

/** A cell with a name of whatever length and script, in one line; a name of 10 kB needs not be in each of many rows. */
function named(nameOf: (row: ListedJob) => string): Pick<Column<ListedJob>, 'cell' | 'name'> {
  return {
    cell: (row) => {
      const name = nameOf(row);
      return name.length > 200 ? `${name.slice(0, 200)}…` : name;
    },
    name: (row) => nameOf(row).slice(0, 1000),
  };
}

const placeOf = ({ cluster, subCluster }: JobRow): string =>
  subCluster === '' || subCluster === cluster ? cluster : `${cluster} / ${subCluster}`;

const hostsText = ({ hosts, numNodes }: JobRow): string => hosts.join(', ') + (numNodes > hosts.length ? ', …' : '');
