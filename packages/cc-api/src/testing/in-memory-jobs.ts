import type { Clock } from '@moorline/core';
import type { JobFilter, JobPage, StartJob, StartOutcome, StopOutcome, Visibility } from '../server/backend.js';
import type { StopJobRequest } from '../wire/models/job-requests.js';
import type { Job, Tag } from '../wire/models/job.js';
import type { JobState } from '../wire/models/vocabulary.js';

/** A job as it is kept: running ones get their duration when they are read. */
type StoredJob = Job & { id: number };

/** Jobs and tags in memory, by the rules of docs/protocol.md §3.4 and §3.6. */
export class InMemoryJobs {
  readonly #jobs: StoredJob[] = [];
  readonly #tags = new Map<string, Tag>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(start: StartJob): StartOutcome {
    const duplicate = this.#jobs.find(
      (job) =>
        job.jobId === start.jobId && job.cluster === start.cluster && start.startTime - job.startTime < secondsOfDay,
    );
    if (duplicate !== undefined) return { outcome: 'duplicate', id: duplicate.id };
    const { tags = [], footprint = null, metaData = null, ...rest } = start;
    const id = this.#jobs.length + 1;
    this.#jobs.push({
      ...rest,
      id,
      jobState: 'running',
      duration: 0,
      tags: tags.map((tag) => this.#tag(tag)),
      footprint,
      metaData,
      energyFootprint: null,
      statistics: null,
      concurrentJobs: { items: null, count: 0 },
    });
    return { outcome: 'started', id };
  }

  stop(request: StopJobRequest & { jobState: JobState }, mayStop: (job: Job) => boolean): StopOutcome {
    const { jobId, cluster, startTime, jobState, stopTime } = request;
    const [job] = this.#jobs
      .filter(
        (candidate) =>
          candidate.jobId === jobId &&
          (cluster === undefined || candidate.cluster === cluster) &&
          (startTime === undefined || candidate.startTime === startTime),
      )
      .slice(-1);
    if (job === undefined) return { outcome: 'not_found' };
    if (!mayStop(job)) return { outcome: 'forbidden', cluster: job.cluster };
    const named = { id: job.id, jobId, cluster: job.cluster };
    if (job.jobState !== 'running') return { outcome: 'not_running', ...named, state: job.jobState };
    if (stopTime < job.startTime) return { outcome: 'stop_before_start', ...named, startTime: job.startTime };
    job.jobState = jobState;
    job.duration = stopTime - job.startTime;
    const { tags: _, ...stopped } = this.#read(job);
    return { outcome: 'stopped', job: { ...stopped, metaData: null } };
  }

  list(
    filter: JobFilter,
    { page, itemsPerPage }: JobPage,
    visibility: Visibility,
    include: { metaData: boolean },
  ): Job[] {
    const first = (page - 1) * itemsPerPage;
    return this.#jobs
      .filter((job) => matches(job, filter) && isVisible(job, visibility))
      .sort((a, b) => b.startTime - a.startTime)
      .slice(first, first + itemsPerPage)
      .map((job) => ({ ...this.#read(job), metaData: include.metaData ? job.metaData : null }));
  }

  get(id: number, visibility: Visibility): Job | undefined {
    const job = this.#jobs.find((candidate) => candidate.id === id);
    return job !== undefined && isVisible(job, visibility) ? this.#read(job) : undefined;
  }

  usedNodes(before: number): Record<string, string[]> {
    const used: Record<string, string[]> = {};
    for (const { cluster, startTime, jobState, resources } of this.#jobs) {
      if (jobState !== 'running' || startTime >= before) continue;
      const hosts = resources.map(({ hostname }) => hostname);
      used[cluster] = [...new Set([...(used[cluster] ?? []), ...hosts])].sort();
    }
    return used;
  }

  #read(job: StoredJob): Job {
    const isRunning = job.jobState === 'running';
    const duration = isRunning ? Math.floor(this.#clock.now() / 1000) - job.startTime : job.duration;
    return { ...job, duration };
  }

  /** One tag for each type and name: a second scope for them is not made. */
  #tag({ type, name, scope = 'global' }: { type: string; name: string; scope?: string }): Tag {
    const key = JSON.stringify([type, name]);
    const tag = this.#tags.get(key) ?? { type, name, scope, id: this.#tags.size + 1 };
    this.#tags.set(key, tag);
    return tag;
  }
}

const secondsOfDay = 86_400;

function matches(job: Job, { states = [], cluster, project, startTime }: JobFilter): boolean {
  return (
    (states.length === 0 || states.includes(job.jobState)) &&
    (cluster === undefined || job.cluster === cluster) &&
    (project === undefined || job.project === project) &&
    (startTime === undefined || (job.startTime >= startTime.from && job.startTime <= startTime.to))
  );
}

function isVisible(job: Job, visibility: Visibility): boolean {
  if (visibility.clusters !== undefined && !visibility.clusters.includes(job.cluster)) return false;
  return visibility.jobs === 'all' || job.user === visibility.user || visibility.projects.includes(job.project);
}
