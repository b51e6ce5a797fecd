import { LineProtocolError } from '../../errors.js';

/** The payload of a job's end: exactly the keys that ClusterCockpit accepts (docs/protocol.md §5.2). */
export interface StopJobPayload {
  readonly jobId: number;
  /** Without it ClusterCockpit takes the newest job with that id. */
  readonly cluster?: string | undefined;
  /** Unix seconds. */
  readonly startTime?: number | undefined;
  /** `completed`, `failed`, `cancelled` …; empty = completed. */
  readonly jobState?: string | undefined;
  /** Unix seconds, not before the start. */
  readonly stopTime: number;
}

/** One node of a {@link NodeStatePayload}. */
export interface NodePayload {
  readonly hostname: string;
  /** Words such as `IDLE`, `ALLOCATED`, `MIXED`, `DOWN`, in either case. */
  readonly states?: readonly string[] | undefined;
  readonly cpusAllocated?: number | undefined;
  /** In the unit that the cluster's configuration gives to memory. */
  readonly memoryAllocated?: number | undefined;
  readonly gpusAllocated?: number | undefined;
  readonly jobsRunning?: number | undefined;
}

/** The payload of a node state message: exactly the keys that ClusterCockpit accepts. */
export interface NodeStatePayload {
  readonly cluster: string;
  readonly nodes: readonly NodePayload[];
}

/** @throws LineProtocolError `invalid_payload` for a key that ClusterCockpit would refuse the message for. */
export function checkStopJob(payload: StopJobPayload): void {
  checkKeys('stop_job', payload, stopJobKeys);
}

/** @throws LineProtocolError `invalid_payload` for a key that ClusterCockpit would refuse the message for. */
export function checkNodeStates(payload: NodeStatePayload): void {
  checkKeys('nodestate', payload, nodeStateKeys);
  for (const node of payload.nodes) checkKeys('nodestate', node, nodeKeys);
}

/** @throws LineProtocolError `invalid_payload` where `payload` has no JSON, or its JSON is no object. */
export function toJson(message: string, payload: object): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(payload);
  } catch (error) {
    throw new LineProtocolError(`the payload of ${message} cannot become JSON`, {
      code: 'invalid_payload',
      cause: error,
    });
  }
  if (json?.startsWith('{')) return json;
  throw new LineProtocolError(`the payload of ${message} is no JSON object`, { code: 'invalid_payload' });
}

const stopJobKeys = new Set(['jobId', 'cluster', 'startTime', 'jobState', 'stopTime']);
const nodeStateKeys = new Set(['cluster', 'nodes']);
const nodeKeys = new Set(['hostname', 'states', 'cpusAllocated', 'memoryAllocated', 'gpusAllocated', 'jobsRunning']);

function checkKeys(message: string, payload: object, known: ReadonlySet<string>): void {
  for (const key of Object.keys(payload)) {
    if (known.has(key)) continue;
    throw new LineProtocolError(`the payload of ${message} has a key ${JSON.stringify(key)}`, {
      code: 'invalid_payload',
      hint: `ClusterCockpit refuses the message for it; it knows ${[...known].join(', ')}.`,
    });
  }
}
