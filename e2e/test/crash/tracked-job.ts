import { type JobState, nothing, type Operation, type StoredJob } from './job-state.js';
import type { Random } from './random.js';

export const cluster = 'crash';
export const metric = 'load_one';
export const timestep = 10;

/** A job of the load, and what is known of it. */
export interface TrackedJob {
  readonly jobId: number;
  /** Unix seconds; no other job has the same. */
  readonly startTime: number;
  /** No other job runs there: its samples are the host's. */
  readonly host: string;
  /** The row in the store, once it was seen. */
  row: number | undefined;
  /** The states that everything answered so far allows; more than one where an answer did not come. */
  states: readonly JobState[];
  /** The slot of the next sample. */
  nextSlot: number;
  /** What was sent last, for the message of a failure. */
  lastSent: string;
}

export function createJob(jobId: number, firstStart: number): TrackedJob {
  const startTime = firstStart + jobId * timestep;
  return { jobId, startTime, host: `n${jobId}`, row: undefined, states: [nothing], nextSlot: 0, lastSent: 'nothing' };
}

/** What is sent about the job next; several operations are sent at once. */
export function nextOperations(job: TrackedJob, random: Random): Operation[] {
  const [state = nothing] = job.states;
  const { row } = job;
  if (state.job === undefined) return Array<Operation>(1 + random.below(3)).fill(start(job, random));
  if (row === undefined) return [look(job)];
  const anytime = [
    () => [tag(row, random)],
    () => [editMeta(job, row, random)],
    () => [start(job, random)],
    () => [editMeta(job, row, random), tag(row, random)],
    () => [look(job)],
    () => (random.chance(0.3) ? [remove(job, row, random)] : [look(job)]),
    () => [stop(job, random), stop(job, random)],
  ] as const;
  if (state.job.end !== undefined) return random.pick(anytime)();
  const running = [() => [writeSamples(job, random)], () => [stop(job, random)], () => [nodeState(job)]] as const;
  return random.chance(0.6) ? random.pick(running)() : random.pick(anytime)();
}

function start({ jobId, host, startTime }: TrackedJob, random: Random): Operation {
  const tags = Array.from({ length: random.below(3) }, (_, index) => `start${index}`);
  const metaData = { note: `of ${jobId}`, long: 'x'.repeat(random.below(2000)) };
  return {
    ...{ method: 'POST', path: '/api/jobs/start_job/' },
    body: {
      ...{ jobId, cluster, startTime, metaData, user: 'alice', project: 'p', numNodes: 1 },
      resources: [{ hostname: host }],
      tags: tags.map((name) => ({ type: 'crash', name })),
    },
    on: (state) =>
      state.job === undefined
        ? { status: 201, after: { ...state, job: { end: undefined, metaData, tags } } }
        : { status: 422, after: state },
  };
}

function stop({ jobId, startTime, nextSlot }: TrackedJob, random: Random): Operation {
  const jobState = random.pick(['completed', 'failed', 'timeout']);
  // Every sample is within the job.
  const duration = nextSlot * timestep + random.below(1000);
  return {
    ...{ method: 'POST', path: '/api/jobs/stop_job/' },
    body: { jobId, cluster, startTime, stopTime: startTime + duration, jobState },
    on: (state) => {
      if (state.job === undefined) return { status: 404, after: state };
      if (state.job.end !== undefined) return { status: 422, after: state };
      return { status: 200, after: withJob(state, { end: { jobState, duration } }) };
    },
  };
}

function tag(row: number, random: Random): Operation {
  const names = ['a', 'b', 'c', 'd'].filter(() => random.chance(0.5));
  return {
    ...{ method: 'POST', path: `/api/jobs/tag_job/${row}` },
    body: names.map((name) => ({ type: 'crash', name, scope: 'global' })),
    on: (state) => {
      if (state.job === undefined) return { status: 404, after: state };
      return { status: 200, after: withJob(state, { tags: [...new Set([...state.job.tags, ...names])].sort() }) };
    },
  };
}

function editMeta({ jobId, startTime }: TrackedJob, row: number, random: Random): Operation {
  const entry = { key: `k${random.below(3)}`, value: String(random.below(1e9)) };
  const byRow = random.chance(0.5);
  return {
    method: 'PATCH',
    path: byRow ? `/api/jobs/edit_meta/${row}` : '/api/jobs/edit_meta/',
    body: byRow ? entry : { jobId, cluster, startTime, payload: entry },
    on: (state) => {
      if (state.job === undefined) return { status: byRow ? 404 : 422, after: state };
      const metaData = { ...state.job.metaData, [entry.key]: entry.value };
      return { status: 200, after: withJob(state, { metaData }) };
    },
  };
}

function remove({ jobId, startTime }: TrackedJob, row: number, random: Random): Operation {
  const byRow = random.chance(0.5);
  return {
    method: 'DELETE',
    path: byRow ? `/api/jobs/delete_job/${row}` : '/api/jobs/delete_job/',
    ...(byRow ? {} : { body: { jobId, cluster, startTime } }),
    on: (state) => ({
      status: byRow || state.job !== undefined ? 200 : 422,
      after: { ...state, job: undefined },
    }),
  };
}

/** Some samples in one body, of slots that have none, with a gap now and then. */
function writeSamples(job: TrackedJob, random: Random): Operation {
  const written = new Map<number, number>();
  for (let left = 1 + random.below(20); left > 0; left--) {
    job.nextSlot += random.chance(0.1) ? 2 : 1;
    written.set(job.nextSlot, job.jobId + job.nextSlot / 4);
  }
  const lines = [...written].map(
    ([slot, value]) =>
      `${metric},cluster=${cluster},hostname=${job.host},type=node value=${value} ${job.startTime + slot * timestep}`,
  );
  return {
    ...{ method: 'POST', path: '/api/write/', body: lines.join('\n') },
    on: (state) => ({ status: 200, after: { ...state, samples: new Map([...state.samples, ...written]) } }),
  };
}

function nodeState({ host }: TrackedJob): Operation {
  const nodes = [{ hostname: host, states: ['allocated'], jobsRunning: 1 }];
  return {
    ...{ method: 'POST', path: '/api/nodestate/', body: { cluster, nodes } },
    on: (state) => ({ status: 200, after: state }),
  };
}

/** The list that has this job alone. */
function look({ startTime }: TrackedJob): Operation {
  return {
    ...{ method: 'GET', path: `/api/jobs/?start-time=${startTime}-${startTime}&with-metadata=1` },
    on: (state) => ({ status: 200, after: state }),
  };
}

function withJob(state: JobState, change: Partial<StoredJob>): JobState {
  return state.job === undefined ? state : { ...state, job: { ...state.job, ...change } };
}
