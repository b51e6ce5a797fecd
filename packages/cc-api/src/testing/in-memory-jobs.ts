import type { Clock } from '@moorline/core';
import type { JobFilter, JobKey, JobPage, StartJob, StartOutcome, StopOutcome, Visibility } from '../server/backend.js';
import type { JobTarget, KeepTagged, TagOutcome } from '../server/backend/administration.js';
import type { MetaEntry, TagName } from '../wire/models/administration.js';
import type { StopJobRequest } from '../wire/models/job-requests.js';
import type { Job } from '../wire/models/job.js';
import type { JobState } from '../wire/models/vocabulary.js';
import { InMemoryTags } from './in-memory-tags.js';

/** A job as it is kept: running ones get their duration when they are read. */
type StoredJob = Job & Required<Pick<Job, 'id' | 'tags'>>;

/** Jobs and tags in memory, by the rules of docs/protocol.md §3.4 to §3.6 and §3.12. */
export class InMemoryJobs {
  #jobs: StoredJob[] = [];
  #lastId = 0;
  readonly #tags = new InMemoryTags();
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
    const id = ++this.#lastId;
    this.#jobs.push({
      ...rest,
      id,
      jobState: 'running',
      duration: 0,
      tags: tags.map(({ type, name, scope = 'global' }) => this.#tags.findOrMake({ type, name, scope })),
      footprint,
      metaData,
      energyFootprint: null,
      statistics: null,
      concurrentJobs: { items: null, count: 0 },
    });
    return { outcome: 'started', id };
  }

  stop(request: StopJobRequest & { jobState: JobState }, mayStop: (job: Job) => boolean): StopOutcome {
    const { jobId, jobState, stopTime } = request;
    const job = this.#newest(request);
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
    const job = this.#find({ id }, visibility);
    return job === undefined ? undefined : this.#read(job);
  }

  editMeta(target: JobTarget, { key, value }: MetaEntry, visibility: Visibility): Job | undefined {
    const job = this.#find(target, visibility);
    if (job === undefined) return undefined;
    job.metaData = { ...job.metaData, [key]: value };
    return this.#read(job);
  }

  tag(id: number, names: readonly Required<TagName>[], visibility: Visibility): TagOutcome {
    const job = this.#find({ id }, visibility);
    if (job === undefined) return { outcome: 'not_found' };
    job.tags = [...new Set([...job.tags, ...names.map((name) => this.#tags.findOrMake(name))])];
    return { outcome: 'changed', job: this.#read(job) };
  }

  untag(id: number, names: readonly Required<TagName>[], visibility: Visibility): TagOutcome {
    const job = this.#find({ id }, visibility);
    if (job === undefined) return { outcome: 'not_found' };
    const tag = names.find((name) => this.#tags.find(name) === undefined);
    if (tag !== undefined) return { outcome: 'no_such_tag', tag };
    const gone = new Set(names.map((name) => this.#tags.find(name)));
    job.tags = job.tags.filter((one) => !gone.has(one));
    return { outcome: 'changed', job: this.#read(job) };
  }

  /** @returns the first that is nowhere; then nothing is deleted. */
  deleteTags(names: readonly Required<TagName>[]): Required<TagName> | undefined {
    const unknown = names.find((name) => this.#tags.find(name) === undefined);
    if (unknown !== undefined) return unknown;
    const gone = new Set(names.map((name) => this.#tags.find(name)));
    for (const job of this.#jobs) job.tags = job.tags.filter((one) => !gone.has(one));
    for (const name of names) this.#tags.delete(name);
    return undefined;
  }

  delete(target: JobTarget): number | undefined {
    const job = this.#find(target, { jobs: 'all' });
    this.#jobs = this.#jobs.filter((one) => one !== job);
    return job?.id;
  }

  deleteBefore(before: number, keepTagged: KeepTagged): number {
    const count = this.#jobs.length;
    this.#jobs = this.#jobs.filter((job) => job.startTime >= before || isKept(job, keepTagged));
    return count - this.#jobs.length;
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

  #find(target: JobTarget, visibility: Visibility): StoredJob | undefined {
    const job = 'id' in target ? this.#jobs.find(({ id }) => id === target.id) : this.#newest(target);
    return job !== undefined && isVisible(job, visibility) ? job : undefined;
  }

  #newest({ jobId, cluster, startTime }: JobKey): StoredJob | undefined {
    return this.#jobs
      .filter(
        (job) =>
          job.jobId === jobId &&
          (cluster === undefined || job.cluster === cluster) &&
          (startTime === undefined || job.startTime === startTime),
      )
      .at(-1);
  }

  #read(job: StoredJob): Job {
    const isRunning = job.jobState === 'running';
    const duration = isRunning ? Math.floor(this.#clock.now() / 1000) - job.startTime : job.duration;
    return { ...job, duration };
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

/** Tags that a person gave are those of other types than the taggers'. */
function isKept({ tags }: StoredJob, keepTagged: KeepTagged): boolean {
  if (keepTagged === 'user') return tags.some(({ type }) => type !== 'app' && type !== 'jobClass');
  return keepTagged === 'all' && tags.length > 0;
}

function isVisible(job: Job, visibility: Visibility): boolean {
  if (visibility.clusters !== undefined && !visibility.clusters.includes(job.cluster)) return false;
  return visibility.jobs === 'all' || job.user === visibility.user || visibility.projects.includes(job.project);
}
