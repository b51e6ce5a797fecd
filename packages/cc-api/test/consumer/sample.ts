/** What a user of the package writes; compiled by every compiler that users may have, see compilers.test.ts. */
import {
  type CcClient,
  type CcResult,
  type Cluster,
  createCcClient,
  type GetCompleteJobApiResponse,
  isCcApiError,
  type Job,
  type JobState,
  type operations,
  type paths,
  type StartJobRequest,
  type StopJobApiRequest,
} from '@moorline/cc-api';
import { createDocumentedRequests, type paths as DocumentedPaths } from '@moorline/cc-api/documented';
import type { CcBackend, StopOutcome } from '@moorline/cc-api/server';

export const cc: CcClient = createCcClient({ baseUrl: 'https://cc.example.org', token: 'token' });

const job: StartJobRequest = {
  jobId: 1,
  cluster: 'demo',
  user: 'alice',
  numNodes: 1,
  resources: [{ hostname: 'n01' }],
  startTime: 1_700_000_000,
};

/** All of this is right. */
export async function right(): Promise<[Job, Cluster[], GetCompleteJobApiResponse]> {
  const { outcome } = await cc.startJob(job);
  const word: 'started' | 'found' = outcome;
  const stop: StopJobApiRequest = { jobId: 1, stopTime: 1_700_000_060, jobState: 'completed' };
  const stopped = await cc.stopJob(stop).catch(async (error: unknown) => {
    if (isCcApiError(error) && error.code === 'job_already_stopped') return (await cc.getJob(1)).Meta;
    throw error;
  });
  for await (const { jobState } of cc.iterateJobs({ states: ['running', 'timeout'] })) {
    const state: JobState = jobState;
    await cc.writeMetrics(`${word},hostname=n01 value=1 1`, { cluster: state });
  }
  const documented = createDocumentedRequests({ baseUrl: 'https://cc.example.org', token: 'token' });
  await documented.POST('/api/nodestats/', { body: { cluster: 'demo', nodes: [] } });
  return [stopped, await cc.clusters(), await cc.getJob(1, { allMetrics: true })];
}

/** Every status is handled: no branch is missing, so it always returns. compilers.test.ts takes one away. */
export function handled(result: CcResult<operations['stopJob']>): string {
  switch (result.status) {
    case 200:
      return result.body.jobState;
    case 403:
      return 'not for this token, or not from another site';
    case 400:
    case 401:
    case 404:
    case 422:
    case 500:
      return result.body.error;
  }
}

export function unhandled(result: CcResult<operations['listJobs']>): number {
  switch (result.status) {
    case 200:
      return result.body.jobs.length;
    case 400:
    case 401:
      return 0;
    default:
      // @ts-expect-error 500 is not handled
      return result satisfies never;
  }
}

/** Each of these is wrong in one way. */
export const wrong = [
  // @ts-expect-error wrong field
  () => cc.startJob({ ...job, exclusive: 1 }),
  // @ts-expect-error wrong field
  () => cc.listJobs({ state: ['running'] }),
  // @ts-expect-error wrong enum: not a state any more
  () => cc.stopJob({ jobId: 1, stopTime: 1, jobState: 'stopped' }),
  // @ts-expect-error wrong enum
  () => cc.startJob({ ...job, shared: 'exclusive' }),
  // @ts-expect-error missing required: stopTime
  () => cc.stopJob({ jobId: 1 }),
  // @ts-expect-error missing required: resources
  () => cc.startJob({ jobId: 1, cluster: 'demo', user: 'alice', numNodes: 1, startTime: 1 }),
  // @ts-expect-error wrong type
  () => cc.getJob('1'),
  // @ts-expect-error no such path
  () => cc.GET('/api/nope/'),
  // @ts-expect-error missing required: ts
  () => cc.GET('/api/jobs/used_nodes'),
  // @ts-expect-error the answer has capitals
  async () => (await cc.getJob(1)).meta,
  // @ts-expect-error no token is a number
  () => createCcClient({ baseUrl: 'https://cc.example.org', token: 1 }),
];

/** The two views differ. */
export const real: keyof paths = '/api/nodestate/';
export const told: keyof DocumentedPaths = '/api/nodestats/';
// @ts-expect-error documented, not real
export const notReal: keyof paths = '/api/nodestats/';

/** A storage that lacks a method is none. */
export function serve(backend: CcBackend, partly: Omit<CcBackend, 'stopJob'>): CcBackend[] {
  // @ts-expect-error stopJob is missing
  return [backend, partly];
}

/** The outcomes of a stop. */
export function tell(stop: StopOutcome): string {
  // @ts-expect-error only some outcomes have a job
  return stop.job.cluster;
}
