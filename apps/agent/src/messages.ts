import type { StartJobRequest, StopJobRequest, UpdateNodeStatesRequest } from '@moorline/cc-api';
import type { SpoolEntry } from '@moorline/cc-store/spool';
import { buildNodeStateMessage, buildStartJobMessage, buildStopJobMessage } from '@moorline/nats-lineproto';

/*
 * What the agent reports, as entries of its spool. The bodies are the messages that ClusterCockpit takes over NATS; over
 * REST the same facts are sent (delivery/).
 */

/** A stop that says all it can: never the newest job with that id, but this one. */
export type FullStop = Required<StopJobRequest>;

export const startEntry = (job: StartJobRequest): SpoolEntry => ({
  kind: 'job',
  orderKey: orderKeyOf(job),
  body: buildStartJobMessage(job, job.startTime),
});

export const stopEntry = (stop: FullStop): SpoolEntry => ({
  kind: 'job',
  orderKey: orderKeyOf(stop),
  body: buildStopJobMessage(stop, stop.stopTime),
});

/** The stop of a job of which nothing is left but its key: the control plane takes the newest job with that id. */
export const lostStopEntry = (stop: Omit<FullStop, 'startTime'>): SpoolEntry => ({
  kind: 'job',
  orderKey: orderKeyOf(stop),
  body: buildStopJobMessage(stop, stop.stopTime),
});

/** @param time Unix seconds. */
export const nodeStateEntry = (states: UpdateNodeStatesRequest, time: number): SpoolEntry => ({
  kind: 'node_state',
  body: buildNodeStateMessage(states, time),
});

/** @param lines line protocol, times in seconds. */
export const metricsEntry = (lines: Uint8Array): SpoolEntry => ({ kind: 'metrics', body: lines });

/** A job's start goes before its stop, and different jobs do not wait for each other. */
const orderKeyOf = (job: { cluster: string; jobId: number }): string => `${job.cluster} ${job.jobId}`;

/** The job whose events have this order key; undefined where it is no such key. */
export function jobOfKey(orderKey: string): { cluster: string; jobId: number } | undefined {
  const [, cluster, jobId] = /^(.+) (\d{1,15})$/s.exec(orderKey) ?? [];
  return cluster === undefined || jobId === undefined ? undefined : { cluster, jobId: Number(jobId) };
}
