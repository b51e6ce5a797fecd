import { operationIds, routeOf } from '../wire/route-of.js';

/** Paths of all operations with their parameters in braces, for logs and metrics: `/moorline/v1/jobs/{id}`. */
export const operationPaths: readonly string[] = [
  ...new Set(operationIds.map((id) => `/moorline/v1${routeOf(id).path}`)),
];
