import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type JobState, shownSamples, type StoredJob } from './job-state.js';
import { metric, type TrackedJob } from './tracked-job.js';

const tag = z.object({ type: z.literal('crash'), name: z.string(), scope: z.literal('global') });
const statistics = z.object({ avg: z.number(), min: z.number(), max: z.number() });
const listed = z.object({
  id: z.number(),
  jobId: z.number(),
  startTime: z.number(),
  duration: z.number(),
  jobState: z.string(),
  resources: z.array(z.object({ hostname: z.string() })),
  metaData: z.record(z.string(), z.string()),
  tags: z.array(tag).optional(),
  monitoringStatus: z.number(),
  statistics: z.record(z.string(), statistics).nullable(),
});
const list = z.object({ jobs: z.array(listed) });
const metrics = z.object({
  data: z.object({
    jobMetrics: z.array(
      z.object({
        name: z.literal(metric),
        metric: z.object({ series: z.tuple([z.object({ data: z.array(z.number().nullable()) })]) }),
      }),
    ),
  }),
});

/** A job as a list shows it. */
export type ListedJob = z.infer<typeof listed>;

export const jobsOf = (text: string): ListedJob[] => list.parse(JSON.parse(text)).jobs;

/** Keeps of the states that were possible those that a list shows. @throws Error where it shows none of them. */
export function compareJob(job: TrackedJob, jobs: readonly ListedJob[]): void {
  const found = jobs.filter(({ startTime }) => startTime === job.startTime);
  const [shown] = found;
  if (found.length > 1) throw new Error(`job ${job.jobId} is there ${found.length} times`);
  if (shown !== undefined) {
    if (shown.jobId !== job.jobId || shown.resources[0]?.hostname !== job.host || (job.row ?? shown.id) !== shown.id) {
      throw new Error(`instead of job ${job.jobId} (row ${job.row}) there is ${JSON.stringify(shown)}`);
    }
    job.row = shown.id;
  }
  const stored = shown === undefined ? undefined : storedJob(shown);
  keep(job, stored, (state) => isDeepStrictEqual(state.job, stored));
}

/** Keeps of the states that were possible those with the samples that the job metrics route answers. */
export function compareSamples(job: TrackedJob, text: string): void {
  const [only] = metrics.parse(JSON.parse(text)).data.jobMetrics;
  const data = only?.metric.series[0].data ?? [];
  keep(job, data, (state) => isDeepStrictEqual(shownSamples(state.samples), data));
}

/** What a stopped job says of its samples once it is archived. @throws Error where that is not what was written. */
export function compareStatistics(job: TrackedJob, shown: ListedJob): void {
  const [state] = job.states;
  const values = [...(state?.samples.values() ?? [])];
  const wanted =
    values.length === 0
      ? {}
      : {
          [metric]: {
            avg: Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 100) / 100,
            min: Math.min(...values),
            max: Math.max(...values),
          },
        };
  if (isDeepStrictEqual(shown.statistics, wanted)) return;
  throw new Error(`job ${job.jobId}: statistics ${JSON.stringify(shown.statistics)}, not ${JSON.stringify(wanted)}`);
}

function storedJob({ jobState, duration, metaData, tags = [] }: ListedJob): StoredJob {
  return {
    end: jobState === 'running' ? undefined : { jobState, duration },
    metaData,
    tags: tags.map(({ name }) => name).sort(),
  };
}

function keep(job: TrackedJob, shown: unknown, isShown: (state: JobState) => boolean): void {
  const states = job.states.filter(isShown);
  if (states.length === 0) {
    const wanted = job.states.map((state) => JSON.stringify({ ...state, samples: [...state.samples] })).join('\n  ');
    throw new Error(
      `job ${job.jobId} shows ${JSON.stringify(shown)}, which is none of\n  ${wanted}\nsent last: ${job.lastSent}`,
    );
  }
  job.states = states;
}
