import type { WorkloadEdit } from '../manifests/manifests.js';
import { isSet } from '../manifests/policies.js';
import type { Resource } from '../manifests/resource.js';
import { type Change, type ContainerResult, unchanged, type WorkloadResult } from './change.js';
import { imagesOf } from './image-release.js';

/** The image of one container. */
export interface ContainerUpdate {
  container: string;
  /** What it must have; undefined: anything. */
  current: string | undefined;
  target: string;
}

/** Images of named containers. */
export interface ContainerRelease {
  /** By id. */
  updates: ReadonlyMap<string, readonly ContainerUpdate[]>;
  /** Passes over containers that do not have the image they must have; else their workload fails, and with it the change. */
  skipMismatches: boolean;
  /** Also what is locked. */
  force: boolean;
  isSameImage: (a: string, b: string) => boolean;
}

export function containerRelease({ updates, skipMismatches, force, isSameImage }: ContainerRelease): Change {
  return (manifests) => {
    const edits: WorkloadEdit[] = [];
    const results = new Map<string, WorkloadResult>();
    for (const [id, wanted] of updates) {
      const resource = manifests.find(id);
      const result = resultFor(resource, wanted, { skipMismatches, force, isSameImage });
      results.set(id, result);
      if (result.status === 'success') edits.push({ id, images: imagesOf(result.containers) });
    }
    return { edits, results };
  };
}

function resultFor(
  resource: Resource | undefined,
  wanted: readonly ContainerUpdate[],
  { skipMismatches, force, isSameImage }: Omit<ContainerRelease, 'updates'>,
): WorkloadResult {
  if (resource === undefined) return unchanged('skipped', 'not in the repository');
  if (isSet(resource.policies, 'locked') && !force) return unchanged('skipped', 'locked');
  const containers: ContainerResult[] = [];
  const problems: string[] = [];
  for (const { container, current, target } of wanted) {
    const found = resource.containers.find(({ name }) => name === container);
    if (found === undefined) problems.push(`has no container ${container}`);
    else if (current !== undefined && !isSameImage(current, found.image)) {
      if (!skipMismatches) problems.push(`container ${container} has ${found.image}, and not ${current}`);
    } else if (found.image !== target) containers.push({ container, current: found.image, target });
  }
  if (problems.length > 0) return { status: 'failed', error: problems.join('; '), containers: [] };
  return containers.length === 0
    ? unchanged('skipped', 'nothing of it is to be changed')
    : { status: 'success', containers };
}
