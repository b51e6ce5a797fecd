/** The hosts of a job, each once. @param resources its column; where that cannot be read there are none. */
export function hostsOf(resources: string): string[] {
  try {
    // A null in the place of a node is refused today, and was not always.
    const nodes = JSON.parse(resources) as ({ hostname?: unknown } | null)[];
    return [...new Set(nodes.flatMap((node) => (typeof node?.hostname === 'string' ? node.hostname : [])))];
  } catch {
    return [];
  }
}
