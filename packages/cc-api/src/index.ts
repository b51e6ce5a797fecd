export {
  type Accelerator,
  type Cluster,
  type MetricConfig,
  type MetricValue,
  type SubCluster,
  type SubClusterConfig,
  type Topology,
} from './wire/models/cluster.js';
export type { components, paths } from './generated/actual/types.js';
export {
  type JobNumber,
  type LogEntry,
  type LogQuery,
  type MetaEntry,
  type NewUser,
  type TagName,
  type Tagger,
  type User,
  type UserChange,
  type UserRole,
  userRoles,
} from './wire/models/administration.js';
export type { Job, JobLink, JobLinkResultList, JobStatistics, Resource, Tag } from './wire/models/job.js';
export {
  type JobData,
  type JobMetric,
  type JobMetricWithName,
  type MetricStatistics,
  type Series,
  type StatsSeries,
} from './wire/models/job-metrics.js';
export { type StartJobRequest, type StopJobRequest } from './wire/models/job-requests.js';
export { type NodePayload, type UpdateNodeStatesRequest } from './wire/models/node.js';
export type {
  ApiReturnedUser,
  ApiTag,
  DefaultApiResponse,
  DeleteJobApiRequest,
  EditMetaRequest,
  ErrorResponse,
  GetClustersApiResponse,
  GetCompleteJobApiResponse,
  GetJobApiResponse,
  GetJobsApiResponse,
  GetUsedNodesApiResponse,
  JobMetaRequest,
  StartJobApiRequest,
  StopJobApiRequest,
  UpdateUserApiRequest,
} from './wire/models/original-names.js';
export { type JobList, type JobWithSeries, type JobWithData } from './wire/models/responses.js';
export {
  isJobState,
  isMetricScope,
  type JobState,
  jobStates,
  type MetricScope,
  metricScopes,
  type MonitoringStatus,
  type SchedulerState,
  schedulerStates,
  type Shared,
  sharedModes,
  type Unit,
} from './wire/models/vocabulary.js';
export { withGeneratedLists } from './wire/cluster/generated-lists.js';
export { formatNodeList, type NodeList, parseNodeList, toNodeName } from './wire/cluster/node-list.js';
export { parseCluster } from './wire/cluster/parse-cluster.js';
export { everyHost, subClusterOf } from './wire/cluster/subcluster-of.js';
export { CcApiError, type CcApiErrorCode, isCcApiError } from './wire/error.js';
export { strongestState } from './wire/node-state.js';
export {
  type HttpMethod,
  type Operation,
  type OperationId,
  operations,
  type RouteGroup,
  type SessionGroup,
  type TokenGroup,
} from './wire/operations.js';
export type { CallOptions, CcClient, StartedJobKey } from './client/cc-client.js';
export { createCcClient } from './client/create-cc-client.js';
export type { CcClientOptions } from './client/open.js';
export type { CcAdministration } from './client/administration.js';
export type { CcRequest, CcRequests, CcResult, OperationAt, PathsWith, RequestOptions } from './client/cc-requests.js';
export type { JobQuery } from './client/job-query.js';
export type { StartJobResult } from './client/start-job.js';
export { mayHaveLanded } from './client/unclear-outcome.js';
