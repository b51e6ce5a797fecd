import { operations } from '@moorline/cc-api';
import { operationPaths } from '@moorline/control-api/server';

/**
 * Makes the function that names a request's route for a metric: the pattern of the route, never the path, so that no
 * client can make up new names.
 */
export function createRouteLabels(): (path: string, mounted: string | undefined) => string {
  const literals = new Map<string, string>();
  const byLength = new Map<number, Pattern[]>();
  for (const path of [...Object.values(operations).flatMap(({ paths }) => paths), ...operationPaths]) {
    const segments = path.split('/');
    if (!segments.some(isParameter)) literals.set(path, path);
    else byLength.set(segments.length, [...(byLength.get(segments.length) ?? []), { path, segments }]);
  }
  // Literal segments go before parameters, as in routing.
  for (const patterns of byLength.values()) patterns.sort((a, b) => parameters(a) - parameters(b));
  return (path, mounted = 'none') => {
    if (!mounted.includes('*')) return mounted;
    const literal = literals.get(path);
    if (literal !== undefined) return literal;
    const segments = path.split('/');
    return byLength.get(segments.length)?.find((pattern) => fits(pattern, segments))?.path ?? mounted;
  };
}

interface Pattern {
  path: string;
  segments: readonly string[];
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

const parameters = ({ segments }: Pattern): number => segments.filter(isParameter).length;

const fits = (pattern: Pattern, segments: readonly string[]): boolean =>
  pattern.segments.every((part, index) => {
    const segment = segments[index] ?? '';
    return isParameter(part) ? segment !== '' : part === segment;
  });
