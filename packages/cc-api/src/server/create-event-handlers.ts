import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import type { Principal } from './auth/principal.js';
import type { CcBackend } from './backend.js';
import type { DecodeMetrics } from './decode-metrics.js';
import { type Applied, type NotFound, type Refused, refused, type ReportContext } from './reports/outcome.js';
import { takeNodeStates } from './reports/take-node-states.js';
import { takeSamples } from './reports/take-samples.js';
import { type DuplicateStart, takeStart } from './reports/take-start.js';
import { type EndedBefore, takeStop } from './reports/take-stop.js';

export interface EventHandlerOptions {
  backend: CcBackend;
  decodeMetrics: DecodeMetrics;
  clock?: Clock;
  logger?: Logger;
}

/** What became of an event. `status` and `error` are what the REST API would have answered. */
export type EventOutcome =
  | Applied
  /** It was applied before: the same event came twice. */
  | { outcome: 'duplicate' }
  | NotFound
  | Refused;

/**
 * Takes events that come without a request and without a token, from a message queue for instance, by the rules of the
 * REST API. An event may come twice, or before the one that it builds on: the outcomes tell. A rejection means that the
 * storage failed, and nothing of the event was kept.
 */
export interface EventHandlers {
  /** @param event JSON, as the body of `start_job`. `not_found`: nobody has described the cluster yet. */
  startJob(event: Uint8Array | string): Promise<EventOutcome>;
  /** @param event JSON, as the body of `stop_job`. `not_found`: no job that it could end has started yet. */
  stopJob(event: Uint8Array | string): Promise<EventOutcome>;
  /** @param event JSON, as the body of `nodestate`. */
  updateNodeStates(event: Uint8Array | string): Promise<EventOutcome>;
  /** @param lines line protocol, as the body of `write`: what comes before a bad line is stored. */
  writeSamples(lines: Uint8Array, options: { defaultCluster: string }): Promise<EventOutcome>;
}

/** The handlers of the REST API for events without a request. Tags are attached as for a token of the role `api` alone. */
export function createEventHandlers(options: EventHandlerOptions): EventHandlers {
  const { backend, decodeMetrics, clock = systemClock, logger = silentLogger } = options;
  const context = { backend, decodeMetrics, clock, logger };
  return {
    async startJob(event) {
      const taken = await takeStart(event, scheduler, context);
      return taken.outcome === 'duplicate' ? again(taken, context) : taken;
    },
    async stopJob(event) {
      const taken = await takeStop(event, scheduler, context);
      if (taken.outcome === 'applied') return { outcome: 'applied' };
      return taken.outcome === 'ended_before' ? endedBefore(taken) : taken;
    },
    updateNodeStates: (event) => takeNodeStates(event, scheduler, context),
    writeSamples: (lines, { defaultCluster }) => takeSamples(lines, defaultCluster, scheduler, context),
  };
}

/** Whoever may publish may report, of every host. */
const scheduler: Principal = { subject: '', roles: new Set(['api']) };

/** A job id is used again after a day: only a start at the same second is the same event. */
async function again(
  { id, startTime, status, error }: DuplicateStart,
  { backend }: ReportContext,
): Promise<EventOutcome> {
  const known = await backend.getJob(id, { jobs: 'all' });
  return known?.startTime === startTime ? { outcome: 'duplicate' } : refused(status, error);
}

function endedBefore({ job, asked, status, error }: EndedBefore): EventOutcome {
  const stopTime = job.startTime + job.duration;
  if (job.jobState === asked.jobState && stopTime === asked.stopTime) return { outcome: 'duplicate' };
  // Without a start time the newest job is meant: the one that this event ends may be a later one with the same id.
  const mayMeanLater = asked.startTime === undefined && asked.stopTime > stopTime;
  return { outcome: mayMeanLater ? 'not_found' : 'refused', status, error };
}
