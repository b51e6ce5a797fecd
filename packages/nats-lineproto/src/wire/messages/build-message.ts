import { LineProtocolError } from '../../errors.js';
import { Encoder } from '../encode/encoder.js';
import { checkNodeStates, checkStopJob, type NodeStatePayload, type StopJobPayload, toJson } from './payloads.js';

/** When a message's event happened: a number is whole Unix seconds, a bigint Unix nanoseconds. */
export type MessageTime = number | bigint;

export interface MessageOptions {
  /** Tags beside the message's own, such as `hostname`; ClusterCockpit does not look at them. */
  tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * A job's start as ClusterCockpit takes it: `job,function=start_job event="…" time`, with a line feed at the end, so that
 * messages can be put behind each other.
 *
 * @param job the payload, in the shape of ClusterCockpit's REST `start_job`; its keys are not checked here.
 * @param time the job's start.
 * @throws LineProtocolError `invalid_payload`, and as `Encoder.encode` for tags and time.
 */
export function buildStartJobMessage(job: object, time: MessageTime, options: MessageOptions = {}): Uint8Array {
  return build('job', 'start_job', toJson('start_job', job), time, options);
}

/**
 * A job's end: `job,function=stop_job event="…" time`.
 *
 * @param time the job's end.
 * @throws LineProtocolError `invalid_payload` also for a key that ClusterCockpit does not know.
 */
export function buildStopJobMessage(stop: StopJobPayload, time: MessageTime, options: MessageOptions = {}): Uint8Array {
  checkStopJob(stop);
  return build('job', 'stop_job', toJson('stop_job', stop), time, options);
}

/**
 * The states of nodes: `nodestate event="…" time`.
 *
 * @param time when they were looked at.
 * @throws LineProtocolError `invalid_payload` also for a key that ClusterCockpit does not know.
 */
export function buildNodeStateMessage(
  states: NodeStatePayload,
  time: MessageTime,
  options: MessageOptions = {},
): Uint8Array {
  checkNodeStates(states);
  return build('nodestate', undefined, toJson('nodestate', states), time, options);
}

function build(
  measurement: string,
  jobFunction: string | undefined,
  event: string,
  time: MessageTime,
  options: MessageOptions,
): Uint8Array {
  const { tags = {} } = options;
  if (jobFunction !== undefined && 'function' in tags) {
    throw new LineProtocolError('the tag "function" is the message\'s own', { code: 'invalid_option' });
  }
  const allTags = jobFunction === undefined ? tags : { ...tags, function: jobFunction };
  const encoder = event.length <= commonLength ? commonEncoder : new Encoder({ initialBytes: 3 * event.length });
  return encoder.encode({ measurement, tags: allTags, fields: { event }, time }).take();
}

/** A buffer of one's own costs more than the message; a shared one stays, so it is for messages of common size. */
const commonLength = 16_384;
const commonEncoder = new Encoder();
