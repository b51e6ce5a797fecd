import { decodeGoJson } from '../../wire/go-json/decode.js';
import { goQuote } from '../../wire/go-json/quote.js';
import type { Job } from '../../wire/models/job.js';
import { isJobState } from '../../wire/models/vocabulary.js';
import { stopJobBody } from '../../wire/request-bodies.js';
import { mayReport } from '../auth/principal.js';
import { type NotFound, notFound, type Refused, refused, type Take } from './outcome.js';

/** The job was running, and has ended. */
export interface Stopped {
  outcome: 'applied';
  job: Job;
}

/** The job had ended before. */
export interface EndedBefore {
  outcome: 'ended_before';
  /** As it ended then. */
  job: Job;
  asked: { jobState: string; stopTime: number; startTime: number | undefined };
  status: 422;
  error: string;
}

/** The end of a job (docs/protocol.md §3.4). */
export const takeStop: Take<Stopped | EndedBefore | NotFound | Refused> = async (bytes, principal, { backend }) => {
  const body = decodeGoJson(bytes, stopJobBody);
  if (!body.ok) return refused(400, `parsing request body failed: ${body.error}`);
  const { jobId, cluster, startTime, jobState: wanted = '', stopTime = 0 } = body.value ?? {};
  if (jobId === undefined) return refused(400, "the field 'jobId' is required");

  // An unknown state is reported only of a job that could be stopped: the backend is asked with a state that is one,
  // and told to change nothing.
  const state = wanted === '' ? 'completed' : wanted;
  const isKnown = isJobState(state);
  const found: { job?: Job; isAllowed?: boolean } = {};
  const stopped = await backend.stopJob(
    {
      jobId,
      stopTime,
      jobState: isKnown ? state : 'completed',
      ...(cluster === undefined ? {} : { cluster }),
      ...(startTime === undefined ? {} : { startTime }),
    },
    (job) => {
      found.job = job;
      found.isAllowed = job.resources.every(({ hostname }) => mayReport(principal, job.cluster, hostname));
      return found.isAllowed && isKnown;
    },
  );
  switch (stopped.outcome) {
    case 'stopped':
      return { outcome: 'applied', job: stopped.job };
    case 'not_found':
      return notFound(404, 'finding job failed: sql: no rows in result set');
    case 'stop_before_start':
      return refused(400, stopsBeforeStart(stopped, stopTime));
    case 'not_running': {
      const error = notRunning(stopped);
      if (found.job === undefined) return refused(422, error);
      const asked = { jobState: state, stopTime, startTime };
      return { outcome: 'ended_before', job: found.job, asked, status: 422, error };
    }
    case 'forbidden':
      if (found.isAllowed === true && found.job !== undefined) return badState(found.job, state, stopTime);
      return refused(403, `this token may not stop jobs on those hosts of cluster ${stopped.cluster}`);
  }
};

interface Named {
  jobId: number;
  id?: number;
  cluster: string;
}

function badState(job: Job, state: string, stopTime: number): Refused {
  if (job.jobState !== 'running') return refused(422, notRunning({ ...job, state: job.jobState }));
  if (job.startTime > stopTime) return refused(400, stopsBeforeStart(job, stopTime));
  return refused(400, `${named(job)} : invalid requested job state: ${goQuote(state)}`);
}

function notRunning(job: Named & { state: string }): string {
  return `${named(job)} : job has already been stopped (state is: ${job.state})`;
}

function stopsBeforeStart(job: Named & { startTime: number }, stopTime: number): string {
  return `${named(job)} : stopTime ${stopTime} must be larger/equal than startTime ${job.startTime}`;
}

function named({ jobId, id = 0, cluster }: Named): string {
  return `jobId ${jobId} (id ${id}) on ${cluster}`;
}
