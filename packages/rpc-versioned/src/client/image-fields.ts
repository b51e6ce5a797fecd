import type { ControllerStatus } from '../wire/controllers.js';
import { container as containerShape, type Container, type ImageInfo, type ImageStatus } from '../wire/images.js';
import { RpcError } from '../wire/rpc-error.js';
import { anyTag, newerFirst, parseTagPattern, tagOf, type TagPattern } from './tags/tag-pattern.js';

/** The members of a container that can be asked for. */
export const containerFields = [
  'Name',
  'Current',
  'LatestFiltered',
  'Available',
  'AvailableError',
  'AvailableImagesCount',
  'NewAvailableImagesCount',
  'FilteredImagesCount',
  'NewFilteredImagesCount',
] as const satisfies readonly (keyof Container)[];

/**
 * Computes the members that were asked for, in each container, as a newer daemon would (docs/protocol.md, Polyfills). A
 * tag pattern comes from the policies of the workload.
 *
 * @param fields names of {@link containerFields}; empty: all.
 * @throws RpcError `invalid_field` for another name, with what was computed before it as the partial result.
 */
export async function withFields(
  images: readonly ImageStatus[],
  controllers: readonly ControllerStatus[],
  fields: readonly string[],
): Promise<ImageStatus[]> {
  const policies = new Map(controllers.map(({ ID, Policies }) => [ID, Policies ?? {}]));
  const statuses = images.map(({ ID, Containers }) => ({ ID, Containers: Containers && [...Containers] }));
  for (const { ID, Containers } of statuses) {
    const ofWorkload = policies.get(ID) ?? {};
    for (const [index, container] of (Containers ?? []).entries()) {
      const policy = `tag.${container.Name ?? ''}`;
      const pattern = Object.hasOwn(ofWorkload, policy) ? (ofWorkload[policy] ?? anyTag) : anyTag;
      const computed = containerWith(container, await parseTagPattern(pattern), fields);
      if (computed.invalidField !== undefined) throw invalidField(computed.invalidField, statuses);
      Containers?.splice(index, 1, computed.container);
    }
  }
  return statuses;
}

const noImage = (): ImageInfo => ({ ID: '', Labels: {} });

function containerWith(
  container: Container,
  pattern: TagPattern,
  fields: readonly string[],
): { container: Container; invalidField?: string } {
  const wanted = new Set(fields.length === 0 ? containerFields : fields);
  const available = container.Available ?? [];
  const { Current: current } = container;
  const isNewer = newerFirst(pattern);
  const newer = (images: readonly ImageInfo[]) => {
    const end = images.findIndex((image) => isNewer(image, current) >= 0);
    return end < 0 ? images.length : end;
  };
  const matching = available.filter(({ ID }) => {
    const tag = tagOf(ID);
    return pattern.matches(tag) && (pattern.isLatest || tag.toLowerCase() !== 'latest');
  });
  const isInOrder = wanted.has('Available') || wanted.has('NewAvailableImagesCount');
  const filtered = isInOrder ? matching : matching.sort(isNewer);

  const made: Container = { Current: noImage(), LatestFiltered: noImage() };
  for (const field of wanted) {
    if (field === 'Name') made.Name = container.Name ?? '';
    else if (field === 'Current') made.Current = current;
    else if (field === 'LatestFiltered') made.LatestFiltered = filtered[0] ?? noImage();
    else if (field === 'Available') made.Available = available;
    else if (field === 'AvailableImagesCount') made.AvailableImagesCount = available.length;
    else if (field === 'NewAvailableImagesCount') made.NewAvailableImagesCount = newer(available);
    else if (field === 'FilteredImagesCount') made.FilteredImagesCount = filtered.length;
    else if (field === 'NewFilteredImagesCount') made.NewFilteredImagesCount = newer(filtered);
    else if (field !== 'AvailableError') return { container, invalidField: field };
  }
  return { container: containerShape.read(made) };
}

function invalidField(field: string, partialResult: ImageStatus[]): RpcError {
  return new RpcError(`${field} is an invalid field`, {
    code: 'invalid_field',
    hint: `ask for ${containerFields.join(', ')}`,
    partialResult,
  });
}
