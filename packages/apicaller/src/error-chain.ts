/**
 * An error and everything below it: its causes and, for an `AggregateError`, the errors that it holds, each once and
 * outermost first.
 */
export function* errorChain(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [error];
  for (let next = waiting.shift(); next !== undefined && next !== null; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    yield next;
    if (next instanceof Error && next.cause !== undefined) waiting.push(next.cause);
    if (next instanceof AggregateError) waiting.push(...next.errors);
  }
}

/** Whether `wanted` is `error` itself or lies below it. */
export function isInChain(error: unknown, wanted: unknown): boolean {
  for (const link of errorChain(error)) {
    if (link === wanted) return true;
  }
  return false;
}
