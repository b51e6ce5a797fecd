import { schemas } from '../generated/schemas.js';
import type { JobState, MetricScope, NodeHealth, NodeState } from './models.js';

/** Every state a job can have. */
export const jobStates: readonly JobState[] = schemas.JobState.enum;

/** Every scope, the coarsest first. */
export const metricScopes: readonly MetricScope[] = schemas.MetricScope.enum;

/** Every state a node can have. */
export const nodeStates: readonly NodeState[] = schemas.NodeState.enum;

export const nodeHealths: readonly NodeHealth[] = schemas.NodeHealth.enum;

/** What jobs can be sorted by. */
export const jobSorts = ['startTime', 'duration', 'numNodes', 'user', 'project', 'jobId'] as const;
