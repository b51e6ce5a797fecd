/** What one run of the load generator sends. */
export interface Plan {
  /** `http://127.0.0.1:8080`. */
  url: string;
  token: string;
  /** Each keeps one request in flight. */
  connections: number;
  /** The run ends after so many seconds. */
  seconds: number;
  /** Or after so many requests, where that comes first. */
  requests?: number;
  what: Requests;
}

/** The n-th request of a run is made from n: every job and every sample is a new one. */
export type Requests =
  /** All jobs start at `startTime`; without it job n starts n seconds after `epoch`. */
  | { kind: 'start' | 'stop'; firstJob: number; startTime?: number }
  | { kind: 'write'; lines: number; metrics: number; firstTime: number }
  /** A `*` in the path stands for one of 1 to `anyOf`, in an order that seldom comes back to one. */
  | { kind: 'get'; path: string; anyOf?: number };

/** What came of it. */
export interface Result {
  answers: number;
  perSecond: number;
  /** Milliseconds from sending a request to the last byte of its answer. */
  p50Ms: number;
  p99Ms: number;
  /** The longest time, milliseconds, in which no connection had an answer. */
  stallMs: number;
  /** Of the last answer, as it came. */
  lastBody: string;
}
