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

export type JobState = (typeof jobStates)[number];

/** Whether other jobs may use a job's nodes. */
export const sharedModes = ['none', 'single_user', 'multi_user'] as const;

export type Shared = (typeof sharedModes)[number];

/** What one series of a metric belongs to, coarsest first. */
export const metricScopes = ['node', 'socket', 'memoryDomain', 'core', 'hwthread', 'accelerator'] as const;

export type MetricScope = (typeof metricScopes)[number];

/** What the scheduler does with a node. */
export const schedulerStates = ['allocated', 'reserved', 'idle', 'mixed', 'down', 'unknown'] as const;

export type SchedulerState = (typeof schedulerStates)[number];

/** 0 disabled, 1 running or archiving, 2 archiving failed, 3 archiving successful. */
export type MonitoringStatus = 0 | 1 | 2 | 3;

export interface Unit {
  base: string;
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
