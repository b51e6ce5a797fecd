import type { TokenOperationId } from '../wire/operations.js';
import type { Handler } from './call.js';
import { clusters } from './handlers/clusters.js';
import { deleteJob, deleteJobByKey, deleteJobsBefore } from './handlers/delete-jobs.js';
import { editMeta, editMetaByKey } from './handlers/edit-meta.js';
import { getJob, getJobSeries } from './handlers/job-by-id.js';
import { jobMetrics } from './handlers/job-metrics.js';
import { listJobs } from './handlers/list-jobs.js';
import { getMachineState, putMachineState } from './handlers/machine-state.js';
import { debugMetrics, freeMetrics } from './handlers/metric-store.js';
import { updateNodeStates } from './handlers/node-states.js';
import { startJob } from './handlers/start-job.js';
import { stopJob } from './handlers/stop-job.js';
import { deleteTags, tagJob, untagJob } from './handlers/tags.js';
import { usedNodes } from './handlers/used-nodes.js';
import { listUsers, updateUser } from './handlers/users.js';
import { writeMetrics } from './handlers/write-metrics.js';

/** Who answers what by a token: an operation without a handler does not compile. */
export const handlers: Record<TokenOperationId, Handler> = {
  startJob,
  stopJob,
  listJobs,
  usedNodes,
  jobMetrics,
  getJob,
  getJobSeries,
  clusters,
  updateNodeStates,
  healthcheck: updateNodeStates,
  writeMetrics,
  listUserJobs: listJobs,
  userJobMetrics: jobMetrics,
  getUserJob: getJob,
  getUserJobSeries: getJobSeries,
  tagJob,
  untagJob,
  deleteTags,
  editMeta,
  editMetaByKey,
  deleteJob,
  deleteJobByKey,
  deleteJobsBefore,
  listUsers,
  updateUser,
  getMachineState,
  putMachineState,
  freeMetrics,
  debugMetrics,
};
