/** Every state a job can have. */
export const jobStates = [
  'boot_fail',
  'cancelled',
  'completed',
  'deadline',
  'failed',
  'node_fail',
  'out_of_memory',
  'pending',
  'preempted',
  'running',
  'suspended',
  'timeout',
] as const;

/** How a job stands. */
export type JobState = (typeof jobStates)[number];

/** Whether other jobs may use a job's nodes. */
export const sharedModes = ['none', 'single_user', 'multi_user'] as const;

/** Whether others may use a job's nodes: `none` no, `single_user` the same user, `multi_user` anybody. */
export type Shared = (typeof sharedModes)[number];

/** What one series of a metric belongs to, coarsest first. */
export const metricScopes = ['node', 'socket', 'memoryDomain', 'core', 'hwthread', 'accelerator'] as const;

/** What one series of a metric belongs to. */
export type MetricScope = (typeof metricScopes)[number];

/** What the scheduler does with a node. */
export const schedulerStates = ['allocated', 'reserved', 'idle', 'mixed', 'down', 'unknown'] as const;

/** What the scheduler does with a node. */
export type SchedulerState = (typeof schedulerStates)[number];

/** 0 disabled, 1 running or archiving, 2 archiving failed, 3 archiving successful. */
export type MonitoringStatus = 0 | 1 | 2 | 3;

/** A unit of measurement. */
export interface Unit {
  /** `B/s`, `W`. */
  base: string;
  /** Of the SI: `G`, `M`. */
  prefix?: string;
}

export function isJobState(text: string): text is JobState {
  return jobStates.some((state) => state === text);
}

export function isShared(text: string): text is Shared {
  return sharedModes.some((mode) => mode === text);
}

export function isMetricScope(text: string): text is MetricScope {
  return metricScopes.some((scope) => scope === text);
}
