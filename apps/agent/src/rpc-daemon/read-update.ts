import { type Change, containerRelease, type ContainerUpdate, imageRelease, policyChange } from '@moorline/gitops';
import {
  allResources,
  type AutomatedSpec,
  canonicalImageName,
  imageRefText,
  latestImages,
  parseImageRef,
  parseImageSpec,
  parseResourceId,
  parseResourceSpec,
  type PolicyUpdates,
  type ReleaseContainersSpec,
  type ReleaseImageSpec,
  type UpdateSpec,
} from '@moorline/rpc-versioned';
import { userError } from './flux-errors.js';

/** What an update asks for: a change of manifests, or just to look at the repository. */
export type RequestedUpdate =
  | { kind: 'sync' }
  | {
      kind: 'change';
      change: Change;
      isPlanOnly: boolean;
      /** The first line of the commit's message where the caller gives none. */
      title: string;
    };

/** @throws a user error for what cannot be done, whatever the manifests are. */
export function readUpdate(update: UpdateSpec): RequestedUpdate {
  try {
    if (update.type === 'policy')
      return { ...policies(update.spec ?? {}), isPlanOnly: false, title: 'Change policies' };
    if (update.type === 'image') return release(update.spec);
    if (update.type === 'containers') return releaseContainers(update.spec);
    if (update.type === 'auto') return automated(update.spec);
  } catch (error) {
    throw userError(error instanceof Error ? error.message : String(error));
  }
  if (update.type === 'sync') return { kind: 'sync' };
  throw userError('the update says nothing of what is to be done');
}

const change = (made: Change): { kind: 'change'; change: Change } => ({ kind: 'change', change: made });

const policies = (updates: PolicyUpdates) =>
  change(
    policyChange(
      new Map(
        Object.entries(updates).map(([id, { add, remove }]) => [
          id,
          { add: add ?? {}, remove: Object.keys(remove ?? {}) },
        ]),
      ),
    ),
  );

function release({ ServiceSpecs, ImageSpec, Kind, Excludes, Force }: ReleaseImageSpec): RequestedUpdate {
  if (ImageSpec === latestImages) {
    throw new Error(
      'this agent asks no registry, and so does not know which images are the latest: name an image with its tag',
    );
  }
  const specs = (ServiceSpecs ?? []).map(parseResourceSpec);
  if (specs.length === 0) throw new Error('the update names no workloads');
  const ref = parseImageRef(parseImageSpec(ImageSpec));
  const name = canonicalImageName(ref);
  const target = (current: string): string | undefined => {
    const now = tolerant(current);
    // As it is written, with Docker Hub spelled out or not.
    if (now === undefined || canonicalImageName(now) !== name) return undefined;
    return imageRefText({ ...now, tag: ref.tag, digest: ref.digest });
  };
  const workloads = specs.includes(allResources) ? 'all' : specs;
  return {
    ...change(imageRelease({ workloads, excludes: Excludes ?? [], force: Force, target })),
    isPlanOnly: isPlan(Kind),
    title: `Release ${ImageSpec} to ${workloads === 'all' ? 'all workloads' : workloads.join(', ')}`,
  };
}

function releaseContainers({ Kind, ContainerSpecs, SkipMismatches, Force }: ReleaseContainersSpec): RequestedUpdate {
  const updates = Object.entries(ContainerSpecs ?? {}).map(([id, specs]): [string, ContainerUpdate[]] => [
    id,
    (specs ?? []).map(({ Container, Current, Target }) => ({
      container: Container,
      current: Current,
      target: parseImageSpec(Target),
    })),
  ]);
  return {
    ...change(
      containerRelease({ updates: new Map(updates), skipMismatches: SkipMismatches, force: Force, isSameImage }),
    ),
    isPlanOnly: isPlan(Kind),
    title: `Release images to ${updates.map(([id]) => id).join(', ')}`,
  };
}

/** What an automation elsewhere has found: each container only while it runs what was seen there. */
function automated({ Changes }: AutomatedSpec): RequestedUpdate {
  const updates = new Map<string, ContainerUpdate[]>();
  for (const { WorkloadID, Container, ImageID } of Changes ?? []) {
    if (parseResourceId(WorkloadID) === undefined) throw new Error(`"${WorkloadID}" is no id of a workload`);
    const update = { container: Container.Name, current: Container.Image, target: parseImageSpec(ImageID) };
    updates.set(WorkloadID, [...(updates.get(WorkloadID) ?? []), update]);
  }
  return {
    ...change(containerRelease({ updates, skipMismatches: true, force: false, isSameImage })),
    isPlanOnly: false,
    title: `Release images to ${[...updates.keys()].join(', ')}`,
  };
}

function isPlan(kind: string): boolean {
  if (kind === 'plan' || kind === 'execute') return kind === 'plan';
  throw new Error(`"${kind}" is neither plan nor execute`);
}

function isSameImage(a: string, b: string): boolean {
  const [one, other] = [tolerant(a), tolerant(b)];
  if (one === undefined || other === undefined) return a === b;
  return canonicalImageName(one) === canonicalImageName(other) && one.tag === other.tag && one.digest === other.digest;
}

/** A manifest may hold anything. */
function tolerant(image: string): ReturnType<typeof parseImageRef> | undefined {
  try {
    return parseImageRef(image);
  } catch {
    return undefined;
  }
}
