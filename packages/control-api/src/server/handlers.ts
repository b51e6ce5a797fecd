import type { OperationId } from '../wire/models.js';
import type { Handler } from './call.js';
import { putCluster, putHost } from './handlers/descriptions.js';
import { exchangeToken, takeIdentity } from './handlers/identity.js';
import { getJob, getJobMetrics, searchJobs } from './handlers/jobs.js';
import { live } from './handlers/live.js';
import { getMachine, listMachines, putReport } from './handlers/machines.js';
import { getNode, getNodeMetrics, listClusters, listNodes, listNodeStates } from './handlers/nodes.js';
import { getMe, redeemLink } from './handlers/people.js';
import { createRegistration, listRegistrations, revokeRegistration } from './handlers/registrations.js';

/** One handler for each operation. */
export const handlers: { readonly [Id in OperationId]: Handler<Id> } = {
  exchangeToken,
  takeIdentity,
  getMe,
  redeemLink,
  listClusters,
  putCluster,
  putHost,
  listNodes,
  getNode,
  listNodeStates,
  getNodeMetrics,
  searchJobs,
  getJob,
  getJobMetrics,
  listMachines,
  getMachine,
  putReport,
  listRegistrations,
  createRegistration,
  revokeRegistration,
  live,
};
