import type { MachineRow } from '@moorline/control-api';

/** How many agents run a version. */
export interface VersionCount {
  /** Undefined for agents that have not said. */
  version: string | undefined;
  agents: number;
}

/** The versions that are about, the newest first; those that said none at the end. */
export function countVersions(machines: readonly MachineRow[]): VersionCount[] {
  const counts = new Map<string | undefined, number>();
  for (const { agentVersion } of machines) counts.set(agentVersion, (counts.get(agentVersion) ?? 0) + 1);
  return [...counts]
    .map(([version, agents]) => ({ version, agents }))
    .sort((one, other) => compareVersions(other.version, one.version));
}

/**
 * By the rules of semantic versions as far as they go for other texts too: numbers by their value, a pre-release before
 * its release; no version before any.
 */
export function compareVersions(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  const [oneCore, onePre] = split(one);
  const [otherCore, otherPre] = split(other);
  return (
    collator.compare(oneCore, otherCore) ||
    Number(onePre === '') - Number(otherPre === '') ||
    collator.compare(onePre, otherPre)
  );
}

/** What comes after a plus is no part of the order. */
function split(version: string): [string, string] {
  const [plain = ''] = version.split('+');
  const dash = plain.indexOf('-');
  return dash === -1 ? [plain, ''] : [plain.slice(0, dash), plain.slice(dash + 1)];
}

const collator = new Intl.Collator('en', { numeric: true });
