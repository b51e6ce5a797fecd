import type { components } from '../../generated/actual/types.js';
import type { JobNumber, MetaEntry, TagName, User, UserChange } from './administration.js';
import type { StartJobRequest, StopJobRequest } from './job-requests.js';
import type { JobList, JobWithData, JobWithSeries } from './responses.js';

/**
 * Models under the names of the original's document, where this package calls them otherwise or has none of its own:
 * `api.` and `schema.` are left off, `API` is written `Api`. With the models whose names are the same already these are
 * all definitions of the document (docs/protocol.md §1), as the server really sends and takes them.
 */
type Schemas = components['schemas'];

/** A user, without the password; the same as {@link User}. */
export type ApiReturnedUser = User;

/** A tag in a request; the same as {@link TagName}. */
export type ApiTag = TagName;

/** One change to a user; the same as {@link UserChange}. */
export type UpdateUserApiRequest = UserChange;

/** A success that has nothing to show: `msg` says what was done. */
export type DefaultApiResponse = Schemas['api.DefaultAPIResponse'];

/** Names the job to forget; `startTime` in Unix seconds. The same as {@link JobNumber}. */
export type DeleteJobApiRequest = JobNumber;

/** One metadata entry; the same as {@link MetaEntry}. */
export type EditMetaRequest = MetaEntry;

/** A failure: `error` is the server's text, `status` HTTP's phrase (`Bad Request`), not its number. */
export type ErrorResponse = Schemas['api.ErrorResponse'];

/** What `GET /api/clusters/` answers. */
export type GetClustersApiResponse = Schemas['api.GetClustersAPIResponse'];

/** What `POST /api/jobs/{id}` answers: a job and the series asked for. The same as {@link JobWithSeries}. */
export type GetJobApiResponse = JobWithSeries;

/** What `GET /api/jobs/{id}` answers, which the document lacks. The same as {@link JobWithData}. */
export type GetCompleteJobApiResponse = JobWithData;

/** One page of jobs; the same as {@link JobList}. */
export type GetJobsApiResponse = JobList;

/** What `GET /api/jobs/used_nodes` answers: names of hosts, sorted, by cluster. */
export type GetUsedNodesApiResponse = Schemas['api.GetUsedNodesAPIResponse'];

/** Names a job and one metadata entry for it; `startTime` in Unix seconds. */
export type JobMetaRequest = Schemas['api.JobMetaRequest'];

/** The start of a job, for which the document names `schema.Job`. The same as {@link StartJobRequest}. */
export type StartJobApiRequest = StartJobRequest;

/** The end of a job; `startTime` and `stopTime` in Unix seconds. The same as {@link StopJobRequest}. */
export type StopJobApiRequest = StopJobRequest;
