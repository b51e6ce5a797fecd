import { type HttpMethod, type OperationId, operations, sessionOperations } from './operations.js';

/** One thing that a server can be asked for: where, and by which credential. */
export interface RemoteOperation {
  method: HttpMethod;
  /** Parameters in braces stand for one segment each. */
  path: string;
  /** A token, or the session that a login opens. */
  credential: 'token' | 'session';
}

/** Every operation that a client can ask for, by its id. */
export type RemoteOperationId = OperationId;

export function remoteOperation(id: RemoteOperationId): RemoteOperation {
  const { methods, paths } = operations[id];
  return {
    method: methods[0] ?? 'GET',
    path: paths[0] ?? '',
    credential: id in sessionOperations ? 'session' : 'token',
  };
}
