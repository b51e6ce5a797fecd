import { type HttpMethod, operationEntries, type OperationId } from '../wire/operations.js';

/** What a method and a path lead to. */
export type RouteMatch =
  | FoundOperation
  /** The path exists, with these methods only. */
  | { found: 'methods'; methods: readonly HttpMethod[] }
  | { found: 'nothing' };

export interface FoundOperation {
  found: 'operation';
  operation: OperationId;
  /** What stands in the place of the path's last parameter, as sent; empty where it has none. */
  id: string;
  /** What stands in the place of the parameter before that; empty where there is one only. */
  cluster: string;
}

/** @param path as sent, not decoded. */
export type Router = (method: string, path: string) => RouteMatch;

export interface RouterOptions {
  /** Whether the paths of the original's document are answered beside the mounted ones. */
  documentedPaths: boolean;
  /** Operations that have no route. */
  without: ReadonlySet<OperationId>;
}

interface Route {
  operation: OperationId;
  methods: readonly HttpMethod[];
  path: string;
}

/**
 * Finds operations. Paths are exact, with their slashes; a literal segment goes before a parameter, but a path whose
 * literal form lacks the method is still tried as a parameter, as the original's router does.
 */
export function createRouter(options: RouterOptions): Router {
  // One table for each number of parameters, by what stands before them: parameters come at the end of a path only.
  const tables: Map<string, Route[]>[] = [new Map(), new Map(), new Map()];
  for (const route of routes(options)) {
    const [prefix = '', ...parameters] = route.path.split(/\{\w+\}\/?/);
    const table = tables[parameters.length];
    table?.set(prefix, [...(table.get(prefix) ?? []), route]);
  }

  return (method, path) => {
    const candidates: Route[] = [];
    let prefix = path;
    for (const [parameters, table] of tables.entries()) {
      if (parameters > 0) {
        const end = parameters === 1 ? prefix.length : prefix.length - 1;
        const start = prefix.lastIndexOf('/', end - 1) + 1;
        // A parameter is never empty, and there is none before the first slash.
        if (start === 0 || start === end) break;
        prefix = prefix.slice(0, start);
      }
      const found = table.get(prefix);
      const match = found?.find(({ methods }) => methods.some((one) => one === method));
      if (match !== undefined) return { found: 'operation', operation: match.operation, ...segments(path, prefix) };
      if (found !== undefined) candidates.push(...found);
    }
    if (candidates.length === 0) return { found: 'nothing' };
    return { found: 'methods', methods: [...new Set(candidates.flatMap(({ methods }) => methods))].sort() };
  };
}

/** What of the mounted paths lies outside of the folders that belong to the API as a whole, parameters as `*`. */
export function pathsElsewhere(options: RouterOptions): string[] {
  const paths = routes(options).map(({ path }) => path.replace(/\{.*$/, '*'));
  return [...new Set(paths)].filter((path) => !/^\/(api|userapi|config|frontend)\//.test(path));
}

function routes({ documentedPaths, without }: RouterOptions): Route[] {
  return operationEntries()
    .filter(([operation]) => !without.has(operation))
    .flatMap(([operation, { methods, paths, documentedAt }]) => [
      ...paths.map((path) => ({ operation, methods, path })),
      ...(documentedPaths && documentedAt !== undefined
        ? [{ operation, methods: [documentedAt.method], path: documentedAt.path }]
        : []),
    ]);
}

function segments(path: string, prefix: string): { id: string; cluster: string } {
  const rest = path.slice(prefix.length);
  const slash = rest.indexOf('/');
  return slash < 0 ? { id: rest, cluster: '' } : { id: rest.slice(slash + 1), cluster: rest.slice(0, slash) };
}
