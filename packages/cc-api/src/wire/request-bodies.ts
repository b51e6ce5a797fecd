import { goFloat, goInt, goInt32, goInt64, goList, goMap, goPointer, goString, goStruct } from './go-json/types.js';

/*
 * What the strict decoder accepts as the bodies of the requests (docs/protocol.md §2 and §4). The names of the Go types
 * are part of the messages.
 */

const resource = goStruct('schema.Resource', {
  hostname: goString(),
  configuration: goString(),
  hwthreads: goList(goInt),
  accelerators: goList(goString()),
});

const tag = goStruct('schema.Tag', { type: goString(), name: goString(), scope: goString(), id: goInt64 });

const link = goStruct('schema.JobLink', { id: goInt64, jobId: goInt64 });
const concurrentJobs = goStruct('schema.JobLinkResultList', {
  items: goList(goPointer(link), '[]*schema.JobLink'),
  count: goInt,
});

const unit = goStruct('schema.Unit', { base: goString(), prefix: goString() });
const statistics = goStruct('schema.JobStatistics', { unit, avg: goFloat, min: goFloat, max: goFloat });

/** start_job. Members that the server does not take over are decoded all the same, for a wrong type there is a fault. */
export const startJobBody = goStruct('schema.Job', {
  cluster: goString(),
  subCluster: goString(),
  partition: goString(),
  project: goString(),
  user: goString(),
  shared: goString(),
  jobState: goString('schema.JobState'),
  tags: goList(goPointer(tag), '[]*schema.Tag'),
  resources: goList(goPointer(resource), '[]*schema.Resource'),
  energyFootprint: goMap(goFloat),
  footprint: goMap(goFloat),
  metaData: goMap(goString()),
  concurrentJobs,
  energy: goFloat,
  arrayJobId: goInt64,
  walltime: goInt64,
  requestedMemory: goInt64,
  jobId: goInt64,
  duration: goInt32,
  smt: goInt32,
  monitoringStatus: goInt32,
  numAcc: goInt32,
  numHwthreads: goInt32,
  numNodes: goInt32,
  statistics: goMap(statistics),
  id: goInt64,
  submitTime: goInt64,
  startTime: goInt64,
});

export const stopJobBody = goStruct('api.StopJobAPIRequest', {
  jobId: goPointer(goInt64),
  cluster: goPointer(goString()),
  startTime: goPointer(goInt64),
  jobState: goString('schema.JobState'),
  stopTime: goInt64,
});

const node = goStruct('api.Node', {
  hostname: goString(),
  states: goList(goString()),
  cpusAllocated: goInt,
  memoryAllocated: goInt64,
  gpusAllocated: goInt,
  jobsRunning: goInt,
});

export const nodeStatesBody = goStruct('api.UpdateNodeStatesRequest', {
  nodes: goList(node, '[]api.Node'),
  cluster: goString(),
});

const tagName = goStruct('api.APITag', { type: goString(), name: goString(), scope: goString() });

/** Tags to add, take off, or delete. */
export const tagsBody = goList(goPointer(tagName), 'api.TagJobAPIRequest');

/** `DELETE /api/jobs/delete_job/`. */
export const deleteJobBody = goStruct('api.DeleteJobAPIRequest', {
  jobId: goPointer(goInt64),
  cluster: goPointer(goString()),
  startTime: goPointer(goInt64),
});

/** `PATCH /api/jobs/edit_meta/{id}`. */
export const metaEntryBody = goStruct('api.EditMetaRequest', { key: goString(), value: goString() });

/** `PATCH /api/jobs/edit_meta/`. */
export const jobMetaBody = goStruct('api.JobMetaRequest', {
  jobId: goPointer(goInt64),
  cluster: goPointer(goString()),
  startTime: goPointer(goInt64),
  payload: metaEntryBody,
});

/** `POST /api/user/{id}`. */
export const updateUserBody = goStruct('api.UpdateUserAPIRequest', {
  'add-role': goString(),
  'remove-role': goString(),
  'add-project': goString(),
  'remove-project': goString(),
});

/** `POST /api/free`: paths into the metric store. */
export const selectorsBody = goList(goList(goString()));

/** `POST /api/jobs/{id}`: the metrics that are wanted. */
export const metricNamesBody = goList(goString(), 'api.GetJobAPIRequest');
