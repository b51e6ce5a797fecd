/** A version of an agent, as numbers; a final release comes after its pre-releases. */
export type AgentVersion = readonly [major: number, minor: number, patch: number, preRelease: readonly string[]];

/**
 * Reads what an agent says of its version: `v0.12.24`, `0.13.0-alpha.4`.
 *
 * @returns undefined for anything else, and for builds without a version, which say `0.0.1+unknown`.
 */
export function parseAgentVersion(text: string | undefined): AgentVersion | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(\+.*)?$/.exec(text ?? '');
  if (match === null || match[5] === '+unknown') return undefined;
  const [, major, minor, patch, preRelease] = match;
  return [Number(major), Number(minor), Number(patch), preRelease?.split('.') ?? []];
}

/** Whether `version` is `other` or newer, in the order of semantic versions. */
export function isAtLeast(version: AgentVersion, other: AgentVersion): boolean {
  for (const index of [0, 1, 2] as const) {
    if (version[index] !== other[index]) return version[index] > other[index];
  }
  return comparePreReleases(version[3], other[3]) >= 0;
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return (a.length === 0 ? 1 : 0) - (b.length === 0 ? 1 : 0);
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareIdentifiers(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by size and before words. */
function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (/^\d+$/.test(text) ? Number(text) : undefined));
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
  return a === b ? 0 : a < b ? -1 : 1;
}
