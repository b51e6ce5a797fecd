import { ControlApiError } from '../wire/error.js';
import type { OperationId } from '../wire/models.js';
import { operationIds, routeOf } from '../wire/route-of.js';
import { fault } from '../wire/check.js';

/** The operation that a request asks for. */
export interface Match {
  operation: OperationId;
  /** Of the path, decoded. */
  params: Readonly<Record<string, string>>;
}

interface Entry {
  operation: OperationId;
  method: string;
  segments: readonly string[];
}

const entries: readonly Entry[] = operationIds.map((operation) => {
  const { method, path } = routeOf(operation);
  return { operation, method, segments: path.split('/').slice(1) };
});

const prefix = '/moorline/v1/';

/**
 * Finds the operation of a request. `HEAD` is answered as `GET`.
 *
 * @param path as it came, not decoded.
 * @throws ControlApiError `not_found`, `method_not_allowed` (`details.allow`), `bad_request` for what cannot be decoded.
 */
export function findOperation(method: string, path: string): Match {
  const segments = path.startsWith(prefix) ? path.slice(prefix.length).split('/').map(decoded) : [];
  const there = entries.filter((entry) => fits(entry, segments));
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = there.find((entry) => entry.method === asked);
  if (found !== undefined) return { operation: found.operation, params: paramsOf(found, segments) };
  if (there.length === 0) throw nowhere(method, path);
  const methods = there.map((entry) => entry.method);
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  throw new ControlApiError(`there is no ${method} ${path}`, {
    code: 'method_not_allowed',
    hint: `the methods are ${allow}`,
    details: { allow },
  });
}

const nowhere = (method: string, path: string): ControlApiError =>
  new ControlApiError(`there is no ${method} ${path}`, {
    code: 'not_found',
    hint: 'docs/protocol.md of @moorline/control-api lists the routes',
  });

function fits({ segments: own }: Entry, asked: readonly string[]): boolean {
  return own.length === asked.length && own.every((part, index) => isParameter(part) || part === asked[index]);
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

function paramsOf({ operation, segments }: Entry, asked: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (!isParameter(segment)) continue;
    const name = segment.slice(1, -1);
    const value = asked[index] ?? '';
    const schema = routeOf(operation).params[name];
    // A number that is none names nothing: its handler says so.
    const found = schema?.type === 'string' ? fault(value, schema, { isStrict: true }, name) : undefined;
    if (found !== undefined) throw badPath(found);
    params[name] = value;
  }
  return params;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badPath('it cannot be decoded');
  }
}

const badPath = (what: string): ControlApiError =>
  new ControlApiError(`the path is not accepted: ${what}`, { code: 'bad_request', hint: 'encode the names in it' });
