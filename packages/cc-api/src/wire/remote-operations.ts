import { type HttpMethod, operations, sessionOperations } from './operations.js';

/** One thing that a server can be asked for: where, and by which credential. */
export interface RemoteOperation {
  method: HttpMethod;
  /** Parameters in braces stand for one segment each. */
  path: string;
  /** A token, or the session that a login opens. */
  credential: 'token' | 'session';
}

/** What the original has and this package's server half has not (docs/protocol.md §1.2). */
const elsewhere = {
  listUsers: by('token', 'GET', '/api/users/'),
  updateUser: by('token', 'POST', '/api/user/{id}'),
  tagJob: by('token', 'POST', '/api/jobs/tag_job/{id}'),
  untagJob: by('token', 'DELETE', '/api/jobs/tag_job/{id}'),
  deleteTags: by('token', 'DELETE', '/api/tags/'),
  editMeta: by('token', 'PATCH', '/api/jobs/edit_meta/{id}'),
  editMetaByKey: by('token', 'PATCH', '/api/jobs/edit_meta/'),
  deleteJob: by('token', 'DELETE', '/api/jobs/delete_job/{id}'),
  deleteJobByKey: by('token', 'DELETE', '/api/jobs/delete_job/'),
  deleteJobsBefore: by('token', 'DELETE', '/api/jobs/delete_job_before/{ts}'),
  getMachineState: by('token', 'GET', '/api/machine_state/{cluster}/{host}'),
  putMachineState: by('token', 'PUT', '/api/machine_state/{cluster}/{host}'),
  freeMetrics: by('token', 'POST', '/api/free'),
  debugMetrics: by('token', 'GET', '/api/debug'),
} satisfies Record<string, RemoteOperation>;

/** Every operation that a client can ask for, by its id. */
export type RemoteOperationId = keyof typeof operations | keyof typeof elsewhere;

export function remoteOperation(id: RemoteOperationId): RemoteOperation {
  if (id in elsewhere) return elsewhere[id as keyof typeof elsewhere];
  const { methods, paths } = operations[id as keyof typeof operations];
  return by(id in sessionOperations ? 'session' : 'token', methods[0] ?? 'GET', paths[0] ?? '');
}

function by(credential: 'token' | 'session', method: HttpMethod, path: string): RemoteOperation {
  return { method, path, credential };
}
