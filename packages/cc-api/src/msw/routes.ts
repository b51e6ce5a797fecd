import type { MockOperation } from './mock-view.js';

/** Where the mock of one operation listens: each of its methods and paths. */
export interface MockRoutes {
  /** The one method, or `all` where there are several. */
  method: string;
  /** Matches a URL without query at one of the paths. */
  pattern: RegExp;
  matches(method: string, url: string): boolean;
}

/**
 * The routes of an operation and of its aliases. As on the server a path is exact, slashes included, and a literal
 * segment goes before a parameter.
 *
 * @param baseUrl what stands before the paths; undefined = any origin.
 */
export function routesOf(
  ways: readonly MockOperation[],
  all: readonly MockOperation[],
  baseUrl: string | undefined,
): MockRoutes {
  const base = baseUrl === undefined ? 'https?://[^/]+' : escape(baseUrl.replace(/\/+$/, ''));
  const routes = ways.map(({ method, path }) => {
    const literals = all.filter((other) => other.method === method && !other.path.includes('{')).map((one) => one.path);
    return { method, source: pathPattern(path, literals) };
  });
  const methods = new Set(routes.map(({ method }) => method));
  const [only = 'all'] = methods;
  return {
    method: methods.size === 1 ? only : 'all',
    pattern: new RegExp(`^${base}(?:${routes.map(({ source }) => source).join('|')})$`),
    matches: (method, url) =>
      routes.some((route) => route.method === method && new RegExp(`^${base}${route.source}$`).test(url)),
  };
}

function pathPattern(path: string, literals: readonly string[]): string {
  const open = path
    .split(/\{[^{}]*\}/)
    .map(escape)
    .join('[^/?#]+');
  const taken = literals.filter((literal) => literal !== path && new RegExp(`^${open}$`).test(literal));
  return taken.length === 0 ? open : `(?!(?:${taken.map(escape).join('|')})$)${open}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
