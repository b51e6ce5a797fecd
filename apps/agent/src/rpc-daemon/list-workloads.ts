import { isSet, type LiveWorkload, type Resource } from '@moorline/gitops';
import {
  type Container,
  containerFields,
  type ControllerStatus,
  parseImageRef,
  type Rollout,
} from '@moorline/rpc-versioned';
import type { Loosely } from '@moorline/rpc-versioned/server';
import { userError } from './flux-errors.js';
import { type ImageSource, noImageSource } from './image-source.js';

/** A workload of the repository, and what the cluster says of it where there is one. */
export function controllerOf(
  resource: Resource,
  { live, readOnly }: { live: LiveWorkload | undefined; readOnly: string },
): Loosely<ControllerStatus> {
  const { id, containers, labels, policies } = resource;
  return {
    ID: id,
    Containers: containers.map(({ name, image }) => ({ Name: name, Current: { ID: image } })),
    ReadOnly: readOnly,
    Status: live?.status ?? 'unknown',
    ...(live === undefined ? {} : { Rollout: rolloutOf(live) }),
    Antecedent: live?.antecedent ?? '',
    Labels: labels,
    Automated: isSet(policies, 'automated'),
    Locked: isSet(policies, 'locked'),
    Ignore: isSet(policies, 'ignore'),
    Policies: policies,
  };
}

const rolloutOf = ({ rollout }: LiveWorkload): Rollout => ({
  Desired: rollout.desired,
  Updated: rollout.updated,
  Ready: rollout.ready,
  Available: rollout.available,
  Outdated: rollout.outdated,
  Messages: rollout.messages.length === 0 ? null : [...rollout.messages],
});

/** The images of a workload's containers. */
export async function imagesOf(
  { containers }: Resource,
  source: ImageSource | undefined,
  signal: AbortSignal,
): Promise<Loosely<Container>[]> {
  return Promise.all(
    containers.map(async ({ name, image }) => ({
      Name: name,
      Current: { ID: image },
      ...(await availableImages(image, source, signal)),
    })),
  );
}

async function availableImages(
  image: string,
  source: ImageSource | undefined,
  signal: AbortSignal,
): Promise<Loosely<Container>> {
  if (source === undefined) return { AvailableError: noImageSource };
  try {
    const available = await source.images(parseImageRef(image), signal);
    return { Available: [...available], AvailableImagesCount: available.length };
  } catch (error) {
    return { AvailableError: error instanceof Error ? error.message : String(error) };
  }
}

/** The members that were asked for; all where none were. @throws a user error for a name that no member has. */
export function withFields(containers: Loosely<Container>[], fields: readonly string[]): Loosely<Container>[] {
  if (fields.length === 0) return containers;
  const stranger = fields.find((field) => !containerFields.some((known) => known === field));
  if (stranger !== undefined) {
    throw userError(`${stranger} is an invalid field`, `Ask for ${containerFields.join(', ')}.`);
  }
  return containers.map((container) =>
    Object.fromEntries(Object.entries(container).filter(([name]) => fields.includes(name))),
  );
}
