import { isMoorlineError } from '@moorline/core';
import type { Job } from '@moorline/control-api';
import { useClusters } from '../../api/use-clusters.js';
import { useQuery } from '../../api/use-query.js';
import { useApp } from '../../app-context.js';
import { Link } from '../../routing/link.js';
import type { ViewProps } from '../../routing/views.js';
import { JobStateBadge } from '../../ui/job-state.js';
import { Page } from '../../ui/page.js';
import { EmptyState, ErrorState, Loading } from '../../ui/states.js';
import { FootprintBars } from './footprint-bars.js';
import { JobFacts } from './job-facts.js';
import { JobMetrics } from './job-metrics.js';
import { Metadata } from './metadata.js';
import { Tags } from './tags.js';
import './job-view.css';

/** One job: what it is, how it fares, and its curves; live while it runs. */
export function JobView({ id }: ViewProps<'job'>) {
  const { control } = useApp();
  const job = useQuery(`job ${id}`, (signal) => control.getJob(id, { signal }), {
    refetchOn: ({ event, data }) => event === 'job' && (data.change === 'deleted' ? data.id : data.job.id) === id,
  });
  const clusters = useClusters();
  if (job.data === undefined || isGone(job.error)) {
    return (
      <Page title={`Job ${id}`}>
        {job.error === undefined ? (
          <Loading label="Job" lines={12} />
        ) : (
          <NoJob error={job.error} onRetry={job.refetch} />
        )}
      </Page>
    );
  }
  const { job: found } = job.data;
  const cluster = clusters.data?.clusters.find(({ name }) => name === found.cluster);
  const onChange = (changed: Partial<Job>) => job.update(({ job: current }) => ({ job: { ...current, ...changed } }));
  return (
    <Page title={`Job ${found.jobId}`} aside={<JobTitle job={found} />}>
      <div class="job-top">
        <JobFacts job={found} />
        <div class="job-side">
          {cluster === undefined ? null : <FootprintBars job={found} cluster={cluster} />}
          <Tags job={found} onChange={onChange} />
        </div>
      </div>
      {cluster !== undefined ? (
        <JobMetrics key={found.cluster} job={found} cluster={cluster} />
      ) : clusters.error !== undefined ? (
        <ErrorState
          title="The cluster's description could not be read"
          error={clusters.error}
          onRetry={clusters.refetch}
        />
      ) : clusters.data === undefined ? (
        <Loading label="Metrics" />
      ) : (
        <EmptyState title="No metrics">The cluster {found.cluster} is not described any more.</EmptyState>
      )}
      <Metadata job={found} onChange={onChange} />
    </Page>
  );
}

function JobTitle({ job }: { job: Job }) {
  const name = job.metaData?.['jobName'];
  return (
    <>
      <JobStateBadge state={job.jobState} />
      {name === undefined ? null : (
        <span class="job-name text" dir="auto" title={name.slice(0, 500)}>
          {name}
        </span>
      )}
    </>
  );
}

function NoJob({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const toJobs = <Link to={{ view: 'jobs' }}>All jobs</Link>;
  if (isMoorlineError(error) && error.code === 'not_found') {
    return (
      <EmptyState title="There is no such job" action={toJobs}>
        It was deleted, never was, or is somebody else's: you see the jobs that your roles let you see.
      </EmptyState>
    );
  }
  if (isMoorlineError(error) && error.code === 'forbidden') {
    return (
      <EmptyState title="This job is not for your roles" action={toJobs}>
        {error.message}
      </EmptyState>
    );
  }
  return <ErrorState title="The job could not be read" error={error} onRetry={onRetry} />;
}

/** Deleted while one looked at it: what was there is no longer true. */
const isGone = (error: unknown): boolean => isMoorlineError(error) && error.code === 'not_found';
