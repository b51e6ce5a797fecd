import { routes } from '../generated/routes.js';
import type { OperationId } from './models.js';
import type { Route } from './route.js';

const all: Readonly<Record<OperationId, Route>> = routes;

/** Where an operation is, and what it takes and answers. */
export const routeOf = (operation: OperationId): Route => all[operation];

/** Every operation. */
export const operationIds: readonly OperationId[] = Object.keys(routes).filter(isOperationId);

function isOperationId(name: string): name is OperationId {
  return Object.hasOwn(routes, name);
}
