import { operations, type OperationId } from '../wire/operations.js';

/** What a method and a path lead to. */
export type RouteMatch =
  | { found: 'operation'; operation: OperationId; id: string }
  /** The path exists, with these methods only. */
  | { found: 'methods'; methods: readonly string[] }
  | { found: 'nothing' };

interface Route {
  operation: OperationId;
  methods: readonly string[];
}

/**
 * Finds the operation. Paths are exact, with their slashes; a literal segment goes before a parameter, but a path whose
 * literal form lacks the method is still tried as a parameter, as the original's router does.
 *
 * @param path as sent, not decoded.
 */
export function matchRoute(method: string, path: string): RouteMatch {
  const exact = exactRoutes.get(path) ?? [];
  const answers = (route: Route) => route.methods.includes(method);
  const match = exact.find(answers) ?? parameterRoutes(path).find(answers);
  if (match !== undefined) return { found: 'operation', operation: match.operation, id: lastSegment(path) };
  const candidates = [...exact, ...parameterRoutes(path)];
  if (candidates.length === 0) return { found: 'nothing' };
  return { found: 'methods', methods: [...new Set(candidates.flatMap((route) => route.methods))].sort() };
}

function parameterRoutes(path: string): readonly Route[] {
  const id = lastSegment(path);
  return id === '' ? [] : (routesByPrefix.get(path.slice(0, -id.length)) ?? []);
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const exactRoutes = new Map<string, Route[]>();
const routesByPrefix = new Map<string, Route[]>();

for (const [operation, { methods, paths }] of entries()) {
  for (const path of paths) {
    const [prefix = '', parameter] = path.split('{');
    const table = parameter === undefined ? exactRoutes : routesByPrefix;
    table.set(prefix, [...(table.get(prefix) ?? []), { operation, methods }]);
  }
}

function entries(): [OperationId, (typeof operations)[OperationId]][] {
  return Object.entries(operations) as [OperationId, (typeof operations)[OperationId]][];
}
