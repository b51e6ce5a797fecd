import type { Clock, Logger } from '@moorline/core';
import type { Principal } from '../auth/principal.js';
import type { CcBackend } from '../backend.js';
import type { FailureStatus } from '../reply.js';

/** What is needed to take a report, whichever way it came. */
export interface ReportContext {
  backend: CcBackend;
  clock: Clock;
  logger: Logger;
}

/** A report, who sent it, and where it goes. @param body JSON, or line protocol for samples. */
export type Take<Outcome, Body = Uint8Array | string> = (
  body: Body,
  principal: Principal,
  context: ReportContext,
) => Promise<Outcome>;

/** It is what was asked for, and durable. */
export interface Applied {
  outcome: 'applied';
}

/** In the words of the REST API. */
interface Told {
  status: FailureStatus;
  error: string;
}

/** What the report speaks of is not there: a cluster, or the job that it ends. It may be on its way. */
export interface NotFound extends Told {
  outcome: 'not_found';
}

/** The report is wrong, now and later. */
export interface Refused extends Told {
  outcome: 'refused';
}

export const refused = (status: FailureStatus, error: string): Refused => ({ outcome: 'refused', status, error });

export const notFound = (status: FailureStatus, error: string): NotFound => ({ outcome: 'not_found', status, error });
