/*
 * What the original was seen to say, by operation and status. Where nothing is known, an answer says what its status
 * is called.
 */

/** The `error` of a failure, or the plain text of one. */
export function knownError(operation: string, status: number): string | undefined {
  if (status === 401) return metricStoreOrSession.has(operation) ? 'unauthorized' : 'no user for secured check';
  return errors[operation]?.[status];
}

/** A success that the schemas do not give: texts, and the words of a message. */
export function knownSuccess(operation: string): string | undefined {
  return successes[operation];
}

const metricStoreOrSession = new Set([
  ...['writeMetrics', 'freeMetrics', 'debugMetrics', 'healthcheck'],
  ...['listUserJobs', 'getUserJob', 'getUserJobSeries', 'userJobMetrics'],
  ...['createUser', 'deleteUser', 'listUsersBySession', 'updateUserBySession', 'listRoles', 'setNotice'],
  ...['listTaggers', 'runTagger', 'setConfiguration', 'createJwt', 'listLogs'],
]);

const noRow = 'sql: no rows in result set';
const noJob = `finding job failed: ${noRow}`;
const noJobId = "the field 'jobId' is required";
const noRowId = 'integer expected in path for id: strconv.ParseInt: parsing "abc": invalid syntax';
const noTagId = 'parsing job ID failed: strconv.ParseInt: parsing "abc": invalid syntax';
const noSuchRow = `finding job with db id 999999 failed: ${noRow}`;
const noChange = 'no operation specified: must provide add-role, remove-role, add-project, or remove-project';
const noTag = 'removing tag failed: tag does not exist (name, type, scope): zz, zz, global';
const noRoute = 'the requested endpoint does not exist';
const noRoles = 'user has no or unknown roles';
const noArchive = 'open var/job-archive/demo/0/012/1700000000/meta.json: no such file or directory';

const errors: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  clusters: { 400: 'unknown cluster: x' },
  listJobs: { 400: 'invalid query parameter value: state', 500: noRoles },
  deleteJob: { 400: noRowId },
  deleteJobByKey: { 400: noJobId, 422: noJob },
  deleteJobsBefore: { 400: 'omit-tagged must be one of: none, all, user' },
  editMeta: { 400: noTagId, 404: noJob, 500: `updating metadata failed: ${noArchive}` },
  editMetaByKey: { 400: noJobId, 422: noJob, 500: noArchive },
  startJob: {
    400: 'no such cluster: nope',
    404: noRoute,
    422: 'a job with that jobId, cluster and startTime already exists: dbid: 7, jobid: 1',
    500: 'insert into database failed: UNIQUE constraint failed: job_cache.job_id, job_cache.cluster, job_cache.start_time',
  },
  stopJob: {
    400: noJobId,
    404: noJob,
    422: 'jobId 1 (id 7) on demo : job has already been stopped (state is: completed)',
    500: 'jobId 1 (id 7) on demo : transferring cached job failed: transferring cached job 7 to main table failed: UNIQUE constraint failed: job.job_id, job.cluster, job.start_time',
  },
  tagJob: { 400: noTagId, 404: noJob, 500: 'adding tag failed: cannot write tag scope with current authorization' },
  untagJob: { 400: noTagId, 404: noJob, 500: noTag },
  deleteTags: { 400: 'decoding request failed: EOF', 500: noTag },
  usedNodes: { 400: 'missing required query parameter: ts' },
  getJob: { 400: noRowId, 422: noSuchRow },
  getJobSeries: { 400: noRowId, 422: noSuchRow },
  jobMetrics: { 400: 'unmarshaling scope failed: SCHEMA/METRICS > foo is not a valid MetricScope' },
  updateNodeStates: { 400: 'parsing request body failed: json: unknown field "x"' },
  listUsers: { 403: 'only admins are allowed to fetch a list of users' },
  updateUser: {
    400: noChange,
    403: 'only admins are allowed to update a user',
    422: 'adding role failed: user bob already has role manager',
  },
  updateUserBySession: { 400: noChange, 422: 'adding role failed: user carl already has role support' },
  createUser: {
    400: 'only API users are allowed to have a blank password (login will be impossible)',
    422: 'adding user failed: UNIQUE constraint failed: hpc_user.username',
  },
  setConfiguration: { 500: 'updating configuration failed: FOREIGN KEY constraint failed' },
  debugMetrics: { 400: '[METRICSTORE]> not found: []string{"demo", "nope"}' },
  freeMetrics: {
    400: "'to' is a required query parameter",
    500: 'strconv.ParseInt: parsing "x": invalid syntax',
  },
  createJwt: {
    403: 'only admins are allowed to sign JWTs not for themselves',
    404: `getting user failed: ${noRow}`,
  },
  getMachineState: { 400: 'invalid host name', 404: '404 page not found' },
  putMachineState: { 400: 'invalid host name' },
  setNotice: { 400: 'notice content exceeds maximum length of 10000 characters' },
  writeMetrics: {
    400: "host n07: unknown field: 'v' (value: lineprotocol.Value{number:0x3ff0000000000000, bytes:[]uint8{0x66}})",
  },
  runTagger: { 400: 'missing required parameter: name', 409: 'unknown tagger: x' },
  listLogs: { 400: "invalid 'level' parameter (must be 0-7)", 403: 'only admins are allowed to view logs' },
  listUserJobs: { 500: 'user context is nil' },
  getUserJobSeries: { 400: noRowId },
};

const successes: Readonly<Record<string, string>> = {
  startJob: 'success',
  deleteJob: 'Successfully deleted job 7',
  deleteJobByKey: 'Successfully deleted job 7',
  deleteJobsBefore: 'Successfully deleted 1 jobs',
  updateUser: 'Add Role Success for user bob',
  updateUserBySession: 'Add Role Success',
  createUser: 'User carl successfully created!\n',
  setConfiguration: 'success',
  setNotice: 'Update Notice Content Success',
  runTagger: 'Tagger AppTagger started',
  deleteTags: 'Deleted Tags from DB: 1 successfull of 2 requested\n',
  freeMetrics: 'buffers freed: 0\n',
  createJwt: 'header.payload.signature',
  // Called JSON, and none: the original leaves a comma too many.
  debugMetrics: '{"data":{\n\t"load_one":[{"start":1700000000,"len":2,"end":1700000120}],\n}}\n',
};
