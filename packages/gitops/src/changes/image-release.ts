import { isSet } from '../manifests/policies.js';
import type { Manifests, WorkloadEdit } from '../manifests/manifests.js';
import type { Resource } from '../manifests/resource.js';
import { type Change, type ContainerResult, unchanged, type WorkloadResult } from './change.js';

/** An image that becomes that of every container which runs another one of the same name. */
export interface ImageRelease {
  /** Ids, or all workloads. */
  workloads: readonly string[] | 'all';
  /** Ids that stay as they are. */
  excludes: readonly string[];
  /** The new reference for a container's image; undefined for an image of another name. */
  target: (current: string) => string | undefined;
  /** Also what is locked. */
  force: boolean;
}

export function imageRelease({ workloads, excludes, target, force }: ImageRelease): Change {
  return (manifests) => {
    const edits: WorkloadEdit[] = [];
    const results = new Map<string, WorkloadResult>();
    for (const id of asked(workloads, manifests)) {
      const resource = manifests.find(id);
      const containers = resource === undefined ? [] : changedContainers(resource, target);
      const reason = whyNot(resource, { excludes, force, target, containers });
      results.set(id, reason ?? { status: 'success', containers });
      if (reason === undefined) edits.push({ id, images: imagesOf(containers) });
    }
    return { edits, results };
  };
}

const asked = (workloads: readonly string[] | 'all', manifests: Manifests): readonly string[] =>
  workloads === 'all' ? manifests.workloads().map(({ id }) => id) : [...new Set(workloads)];

function changedContainers({ containers }: Resource, target: ImageRelease['target']): ContainerResult[] {
  return containers.flatMap(({ name, image }) => {
    const to = target(image);
    return to === undefined || to === image ? [] : [{ container: name, current: image, target: to }];
  });
}

function whyNot(
  resource: Resource | undefined,
  {
    excludes,
    force,
    target,
    containers,
  }: Pick<ImageRelease, 'excludes' | 'force' | 'target'> & { containers: unknown[] },
): WorkloadResult | undefined {
  if (resource === undefined) return unchanged('skipped', 'not in the repository');
  if (excludes.includes(resource.id)) return unchanged('ignored', 'excluded');
  if (!resource.containers.some(({ image }) => target(image) !== undefined)) {
    return unchanged('ignored', 'does not use the image');
  }
  if (isSet(resource.policies, 'locked') && !force) return unchanged('skipped', 'locked');
  return containers.length === 0 ? unchanged('skipped', 'has the image already') : undefined;
}

export const imagesOf = (containers: readonly ContainerResult[]): Record<string, string> =>
  Object.fromEntries(containers.map(({ container, target }) => [container, target]));
