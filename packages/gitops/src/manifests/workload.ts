import { isRecord } from './read-document.js';

/** A container of a workload. */
export interface Container {
  name: string;
  /** An image reference, as it is written. */
  image: string;
}

/** A way through a document: names of members, and places in lists. */
export type DocumentPath = readonly (string | number)[];

/** Where each kind has the template of its pods. */
const podSpecs = new Map<string, DocumentPath>([
  ['deployment', ['spec', 'template', 'spec']],
  ['daemonset', ['spec', 'template', 'spec']],
  ['statefulset', ['spec', 'template', 'spec']],
  ['cronjob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
]);

export const isWorkloadKind = (kind: string): boolean => podSpecs.has(kind);

/** Containers first, then those that run before them; one without a name or an image is left out. */
export const containersOf = (kind: string, manifest: unknown): Container[] =>
  placedContainers(kind, manifest).map(({ name, image }) => ({ name, image }));

/** Where the image of a container is written; undefined where there is no such container. */
export const imagePath = (kind: string, manifest: unknown, container: string): DocumentPath | undefined =>
  placedContainers(kind, manifest).find(({ name }) => name === container)?.path;

function placedContainers(kind: string, manifest: unknown): (Container & { path: DocumentPath })[] {
  const template = podSpecs.get(kind);
  if (template === undefined) return [];
  return ['containers', 'initContainers'].flatMap((list) => {
    const containers = memberAt(manifest, [...template, list]);
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((container: unknown, index) => {
      if (!isRecord(container) || typeof container['name'] !== 'string' || typeof container['image'] !== 'string')
        return [];
      return [{ name: container['name'], image: container['image'], path: [...template, list, index, 'image'] }];
    });
  });
}

/** What is at the end of a way; undefined where it ends before. */
export function memberAt(value: unknown, path: DocumentPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? (at as unknown[])[step] : undefined;
    else at = isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}
