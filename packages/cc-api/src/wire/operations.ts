import type { operations as Described } from '../generated/actual/types.js';

/** Which rule a route's credential must meet (docs/protocol.md §3.2). */
export type RouteGroup = 'api' | 'metricStore' | 'user';

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

/** The operations of this package, by their ids: the routes as the server mounts them, not as its document says. */
export const operations = {
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
} satisfies Record<string, Operation>;

/** The types of every operation of a running server, by its id. */
export type operations = Described;

export type OperationId = keyof typeof operations;

/** The table's rows, with their ids. */
export function operationEntries(): [OperationId, Operation][] {
  return Object.entries(operations) as [OperationId, Operation][];
}

function op(methods: HttpMethod[], paths: string[], group: RouteGroup): Operation {
  return { methods, paths, group, allowsScoped: true };
}

/** An operation that the document has elsewhere. */
function at(method: HttpMethod, path: string, operation: Operation): Operation {
  return { ...operation, documentedAt: { method, path } };
}
