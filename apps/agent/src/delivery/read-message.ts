import type { StartJobRequest, StopJobRequest, UpdateNodeStatesRequest } from '@moorline/cc-api';
import { readMessages } from '@moorline/nats-lineproto';

/** A message of the spool with a payload that the client takes. */
export type ReadMessage =
  | { type: 'start_job'; job: StartJobRequest }
  | { type: 'stop_job'; stop: StopJobRequest }
  | { type: 'nodestate'; states: UpdateNodeStatesRequest }
  | { type: 'bad'; reason: string };

/**
 * Reads the one message of an entry. The members that make a payload what it is are checked; all others go on as they
 * are, and what the server thinks of them is its answer.
 */
export function readMessage(body: Uint8Array): ReadMessage {
  const [message, another] = readMessages(body);
  if (message === undefined || another !== undefined) return { type: 'bad', reason: 'not one message' };
  if (message.type === 'bad') return { type: 'bad', reason: message.reason };
  const { payload } = message;
  if (message.type === 'start_job' && isStart(payload)) return { type: 'start_job', job: payload };
  if (message.type === 'stop_job' && isStop(payload)) return { type: 'stop_job', stop: payload };
  if (message.type === 'nodestate' && isStates(payload)) return { type: 'nodestate', states: payload };
  return { type: 'bad', reason: `the payload of ${message.type} lacks what it is made of` };
}

type Payload = Readonly<Record<string, unknown>>;

const isStart = (payload: Payload): payload is Payload & StartJobRequest =>
  isWhole(payload['jobId']) &&
  isWhole(payload['startTime']) &&
  isWhole(payload['numNodes']) &&
  typeof payload['cluster'] === 'string' &&
  typeof payload['user'] === 'string' &&
  Array.isArray(payload['resources']);

const isStop = (payload: Payload): payload is Payload & StopJobRequest =>
  isWhole(payload['jobId']) && isWhole(payload['stopTime']);

const isStates = (payload: Payload): payload is Payload & UpdateNodeStatesRequest =>
  typeof payload['cluster'] === 'string' && Array.isArray(payload['nodes']);

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
