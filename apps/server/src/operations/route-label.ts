import { operations } from '@moorline/cc-api';
import { operationPaths } from '@moorline/control-api/server';

/**
 * Makes the function that names a request's route for a metric: the pattern of the route, never the path, so that no
 * client can make up new names.
 */
export function createRouteLabels(): (path: string, mounted: string | undefined) => string {
  const byLength = new Map<number, string[][]>();
  for (const path of [...Object.values(operations).flatMap(({ paths }) => paths), ...operationPaths]) {
    const segments = path.split('/');
    byLength.set(segments.length, [...(byLength.get(segments.length) ?? []), segments]);
  }
  // Literal segments go before parameters, as in routing.
  for (const patterns of byLength.values()) patterns.sort((a, b) => parameters(a) - parameters(b));
  return (path, mounted = 'none') => {
    if (!mounted.includes('*')) return mounted;
    const segments = path.split('/');
    return (
      byLength
        .get(segments.length)
        ?.find((pattern) => fits(pattern, segments))
        ?.join('/') ?? mounted
    );
  };
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

const parameters = (pattern: readonly string[]): number => pattern.filter(isParameter).length;

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.every((part, index) => {
    const segment = segments[index] ?? '';
    return isParameter(part) ? segment !== '' : part === segment;
  });
