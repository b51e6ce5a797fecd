import { encodeJob } from '../../wire/encode/job.js';
import { goQuote } from '../../wire/go-json/quote.js';
import type { Job } from '../../wire/models/job.js';
import { isJobState } from '../../wire/models/vocabulary.js';
import { stopJobBody } from '../../wire/request-bodies.js';
import { mayReport } from '../auth/principal.js';
import type { StopOutcome } from '../backend.js';
import { type Handler, readJson } from '../call.js';
import type { CcResponse } from '../exchange.js';
import { failure, jsonReply } from '../reply.js';

/** `POST|PUT /api/jobs/stop_job/` (docs/protocol.md §3.4). */
export const stopJob: Handler = async (call) => {
  const body = await readJson(call, stopJobBody, 'parsing request body failed');
  if (!body.ok) return body.response;
  const { jobId, cluster, startTime, jobState = '', stopTime = 0 } = body.value ?? {};
  if (jobId === undefined) return failure(400, "the field 'jobId' is required");

  // An unknown state is reported only of a job that could be stopped: the backend is asked with a state that is one,
  // and told to change nothing.
  const state = jobState === '' ? 'completed' : jobState;
  const isKnown = isJobState(state);
  let found: Job | undefined;
  let isAllowed = false;
  const outcome = await call.context.backend.stopJob(
    {
      jobId,
      stopTime,
      jobState: isKnown ? state : 'completed',
      ...(cluster === undefined ? {} : { cluster }),
      ...(startTime === undefined ? {} : { startTime }),
    },
    (job) => {
      found = job;
      isAllowed = job.resources.every(({ hostname }) => mayReport(call.principal, job.cluster, hostname));
      return isAllowed && isKnown;
    },
  );
  if (outcome.outcome === 'forbidden' && isAllowed && found !== undefined) return badState(found, state, stopTime);
  return answer(outcome, stopTime);
};

function answer(outcome: StopOutcome, stopTime: number): CcResponse {
  switch (outcome.outcome) {
    case 'stopped':
      return jsonReply(200, encodeJob(outcome.job));
    case 'not_found':
      return failure(404, 'finding job failed: sql: no rows in result set');
    case 'not_running':
      return notRunning(outcome);
    case 'stop_before_start':
      return stopsBeforeStart(outcome, stopTime);
    case 'forbidden':
      return failure(403, `this token may not stop jobs on those hosts of cluster ${outcome.cluster}`);
  }
}

interface Named {
  jobId: number;
  id?: number;
  cluster: string;
}

function badState(job: Job, state: string, stopTime: number): CcResponse {
  if (job.jobState !== 'running') return notRunning({ ...job, state: job.jobState });
  if (job.startTime > stopTime) return stopsBeforeStart(job, stopTime);
  return failure(400, `${named(job)} : invalid requested job state: ${goQuote(state)}`);
}

function notRunning(job: Named & { state: string }): CcResponse {
  return failure(422, `${named(job)} : job has already been stopped (state is: ${job.state})`);
}

function stopsBeforeStart(job: Named & { startTime: number }, stopTime: number): CcResponse {
  return failure(400, `${named(job)} : stopTime ${stopTime} must be larger/equal than startTime ${job.startTime}`);
}

function named({ jobId, id = 0, cluster }: Named): string {
  return `jobId ${jobId} (id ${id}) on ${cluster}`;
}
