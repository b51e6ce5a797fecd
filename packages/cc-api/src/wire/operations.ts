import type { operations as Described } from '../generated/actual/types.js';

/** Which rule a route's credential must meet (docs/protocol.md §3.2). */
export type RouteGroup = TokenGroup | SessionGroup;

/** A token opens these. */
export type TokenGroup = 'api' | 'metricStore' | 'user';

/** The session of an administrator opens the first, any session the second (docs/protocol.md §5.2). */
export type SessionGroup = 'config' | 'frontend';

/** One thing that the API does, and every method and path at which the server answers it. */
export interface Operation {
  methods: readonly HttpMethod[];
  /** Patterns; `{id}` and the like, at the end, stand for one segment each that is not empty. The first is the one to call. */
  paths: readonly string[];
  group: RouteGroup;
  /** Whether a credential that is bound to clusters may use it; its handler keeps it inside them. */
  allowsScoped: boolean;
  /** Where the server's own document has it, if not there (docs/protocol.md §1.2): answered too, unless turned off. */
  documentedAt?: DocumentedAt;
}

/** A method and a path of the original's document. */
export interface DocumentedAt {
  method: HttpMethod;
  path: string;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The operations that a token opens. */
export const tokenOperations = {
  startJob: op(['POST', 'PUT'], ['/api/jobs/start_job/'], 'api'),
  stopJob: op(['POST', 'PUT'], ['/api/jobs/stop_job/'], 'api'),
  listJobs: op(['GET'], ['/api/jobs/'], 'api'),
  usedNodes: op(['GET'], ['/api/jobs/used_nodes'], 'api'),
  jobMetrics: op(['GET'], ['/api/jobs/metrics/{id}'], 'api'),
  getJob: op(['GET'], ['/api/jobs/{id}'], 'api'),
  getJobSeries: op(['POST'], ['/api/jobs/{id}'], 'api'),
  clusters: op(['GET'], ['/api/clusters/'], 'api'),
  updateNodeStates: at('POST', '/api/nodestats/', op(['POST', 'PUT'], ['/api/nodestate/'], 'api')),
  healthcheck: op(['POST'], ['/api/healthcheck', '/api/healthcheck/'], 'metricStore'),
  writeMetrics: at('POST', '/write/', op(['POST'], ['/api/write', '/api/write/'], 'metricStore')),
  listUserJobs: op(['GET'], ['/userapi/jobs/'], 'user'),
  userJobMetrics: op(['GET'], ['/userapi/jobs/metrics/{id}'], 'user'),
  getUserJob: op(['GET'], ['/userapi/jobs/{id}'], 'user'),
  getUserJobSeries: op(['POST'], ['/userapi/jobs/{id}'], 'user'),
  tagJob: admin(['POST', 'PATCH'], ['/api/jobs/tag_job/{id}']),
  untagJob: at('DELETE', '/jobs/tag_job/{id}', admin(['DELETE'], ['/api/jobs/tag_job/{id}'])),
  deleteTags: at('DELETE', '/tags/', admin(['DELETE'], ['/api/tags/'])),
  editMeta: admin(['PATCH'], ['/api/jobs/edit_meta/{id}']),
  editMetaByKey: admin(['PATCH'], ['/api/jobs/edit_meta/']),
  deleteJob: admin(['DELETE'], ['/api/jobs/delete_job/{id}']),
  deleteJobByKey: admin(['DELETE'], ['/api/jobs/delete_job/']),
  deleteJobsBefore: admin(['DELETE'], ['/api/jobs/delete_job_before/{ts}']),
  listUsers: admin(['GET'], ['/api/users/']),
  updateUser: admin(['POST'], ['/api/user/{id}']),
  getMachineState: at(
    'GET',
    '/machine_state/{cluster}/{host}',
    admin(['GET'], ['/api/machine_state/{cluster}/{host}']),
  ),
  putMachineState: at(
    'PUT',
    '/machine_state/{cluster}/{host}',
    admin(['PUT', 'POST'], ['/api/machine_state/{cluster}/{host}']),
  ),
  freeMetrics: at('POST', '/free/', admin(['POST'], ['/api/free', '/api/free/'], 'metricStore')),
  debugMetrics: at('POST', '/debug/', admin(['GET'], ['/api/debug', '/api/debug/'], 'metricStore')),
} satisfies Record<string, OperationOf<TokenGroup>>;

/** The operations that only a session opens. */
export const sessionOperations = {
  listRoles: at('GET', '/roles/', bySession(['GET'], '/config/roles/', 'config')),
  createUser: bySession(['POST', 'PUT'], '/config/users/', 'config'),
  listUsersBySession: bySession(['GET'], '/config/users/', 'config'),
  deleteUser: bySession(['DELETE'], '/config/users/', 'config'),
  updateUserBySession: bySession(['POST'], '/config/user/{id}', 'config'),
  setNotice: at('POST', '/notice/', bySession(['POST'], '/config/notice/', 'config')),
  listTaggers: bySession(['GET'], '/config/taggers/', 'config'),
  runTagger: bySession(['POST'], '/config/taggers/run/', 'config'),
  setConfiguration: at('POST', '/configuration/', bySession(['POST'], '/frontend/configuration/', 'frontend')),
  createJwt: at('GET', '/jwt/', bySession(['GET'], '/frontend/jwt/', 'frontend')),
  listLogs: bySession(['GET'], '/frontend/logs/', 'frontend'),
} satisfies Record<string, OperationOf<SessionGroup>>;

/** The operations of this package, by their ids: the routes as the server mounts them, not as its document says. */
export const operations = { ...tokenOperations, ...sessionOperations };

/** The types of every operation of a running server, by its id. */
export type operations = Described;

export type OperationId = keyof typeof operations;

export type TokenOperationId = keyof typeof tokenOperations;

export type SessionOperationId = keyof typeof sessionOperations;

/** The table's rows, with their ids. */
export function operationEntries(): [OperationId, Operation][] {
  return Object.entries(operations) as [OperationId, Operation][];
}

export function isSessionOperation(id: OperationId): id is SessionOperationId {
  return id in sessionOperations;
}

type OperationOf<Group extends RouteGroup> = Operation & { group: Group };

function op(methods: HttpMethod[], paths: string[], group: TokenGroup): OperationOf<TokenGroup> {
  return { methods, paths, group, allowsScoped: true };
}

function bySession(methods: HttpMethod[], path: string, group: SessionGroup): OperationOf<SessionGroup> {
  return { methods, paths: [path], group, allowsScoped: false };
}

/** An operation that looks after what was reported: not for credentials that are bound to clusters. */
function admin(methods: HttpMethod[], paths: string[], group: TokenGroup = 'api'): OperationOf<TokenGroup> {
  return { methods, paths, group, allowsScoped: false };
}

/** An operation that the document has elsewhere. */
function at<Group extends RouteGroup>(
  method: HttpMethod,
  path: string,
  operation: OperationOf<Group>,
): OperationOf<Group> {
  return { ...operation, documentedAt: { method, path } };
}
