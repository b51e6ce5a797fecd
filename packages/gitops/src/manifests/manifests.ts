import { GitopsError } from '../error.js';
import { splitDocuments } from './documents.js';
import { type DocumentEdit, editDocument } from './edit-document.js';
import { annotationsFor } from './policies.js';
import { isRecord, readDocument } from './read-document.js';
import { type Place, type Resource, resourcesOf } from './resource.js';
import { imagePath, memberAt } from './workload.js';

/** A file of manifests. */
export interface ManifestFile {
  path: string;
  content: string;
  resources: readonly Resource[];
  /** Why it cannot be understood; its resources are missing then. */
  problem: string | undefined;
}

/** A change of one workload: of images by container, and of policies, undefined for those that go. */
export interface WorkloadEdit {
  id: string;
  images?: Readonly<Record<string, string>> | undefined;
  policies?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Reads one file. Never throws: what is wrong is said in it. */
export function readManifestFile(path: string, content: string): ManifestFile {
  const resources: Resource[] = [];
  try {
    for (const [index, text] of splitDocuments(content).entries()) {
      resources.push(...resourcesOf(readDocument(text).value, path, index));
    }
    return { path, content, resources, problem: undefined };
  } catch (error) {
    return { path, content, resources: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

/** All manifests of one commit. */
export class Manifests {
  readonly revision: string;
  readonly files: readonly ManifestFile[];
  /** What is wrong with them, a sentence each. */
  readonly problems: readonly string[];
  readonly #resources = new Map<string, Resource>();
  readonly #files = new Map<string, ManifestFile>();

  constructor(revision: string, files: readonly ManifestFile[]) {
    this.revision = revision;
    this.files = files;
    const problems: string[] = [];
    for (const file of files) {
      this.#files.set(file.path, file);
      if (file.problem !== undefined) problems.push(`${file.path}: ${file.problem}`);
      for (const resource of file.resources) {
        const other = this.#resources.get(resource.id);
        if (other === undefined) this.#resources.set(resource.id, resource);
        else problems.push(`${resource.id} is both in ${other.place.path} and in ${file.path}`);
      }
    }
    this.problems = problems;
  }

  find(id: string): Resource | undefined {
    return this.#resources.get(id);
  }

  /** What runs containers, by id; of one namespace, or of all. */
  workloads(namespace?: string): Resource[] {
    return [...this.#resources.values()]
      .filter((resource) => resource.isWorkload && (namespace === undefined || resource.namespace === namespace))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Every file as one stream of YAML documents. */
  asStream(): string {
    return this.files
      .filter(({ problem }) => problem === undefined)
      .map(({ path, content }) => {
        const text = content.endsWith('\n') || content === '' ? content : `${content}\n`;
        return /^---(?:\s|$)/.test(text) ? text : `---\n# Source: ${path}\n${text}`;
      })
      .join('');
  }

  /**
   * The content that a file of the workload has after the edit.
   *
   * @param current contents by path that earlier edits have changed.
   * @throws GitopsError `edit_refused`, `bad_change`.
   */
  edit({ id, images = {}, policies = {} }: WorkloadEdit, current: ReadonlyMap<string, string>): EditedFile {
    const resource = this.#resources.get(id);
    const file = resource === undefined ? undefined : this.#files.get(resource.place.path);
    if (resource === undefined || file === undefined) throw notThere(id);
    const { place } = resource;
    const pieces = splitDocuments(current.get(file.path) ?? file.content);
    const piece = pieces[place.document] ?? '';
    const value = atPlace(readDocument(piece).value, place);
    const edits = [...imageEdits(resource, value, images), ...policyEdits(value, policies)];
    const before = place.item === undefined ? [] : ['items', place.item];
    pieces[place.document] = editDocument(
      piece,
      edits.map(({ path, value: to }) => ({ path: [...before, ...path], value: to })),
    );
    return { path: file.path, content: pieces.join('') };
  }
}

export interface EditedFile {
  path: string;
  content: string;
}

const atPlace = (value: unknown, { item }: Place): unknown =>
  item === undefined ? value : memberAt(value, ['items', item]);

function imageEdits(resource: Resource, value: unknown, images: Readonly<Record<string, string>>): DocumentEdit[] {
  return Object.entries(images).map(([container, image]) => {
    const path = imagePath(resource.kind, value, container);
    if (path !== undefined) return { path, value: image };
    throw new GitopsError(`${resource.id} has no container ${container}`, {
      code: 'bad_change',
      hint: `its containers are ${resource.containers.map(({ name }) => name).join(', ')}`,
    });
  });
}

function policyEdits(value: unknown, policies: Readonly<Record<string, string | undefined>>): DocumentEdit[] {
  const annotations = memberAt(value, ['metadata', 'annotations']);
  const names = isRecord(annotations) ? Object.keys(annotations) : [];
  const wished = Object.entries(policies).flatMap(([policy, to]) =>
    annotationsFor(policy, names)
      .filter((annotation) => to !== undefined || names.includes(annotation))
      .map((annotation) => ({ path: ['metadata', 'annotations', annotation], value: to })),
  );
  const gone = wished.filter((edit) => edit.value === undefined);
  // With its last entry goes the whole of it.
  if (gone.length === names.length && gone.length === wished.length && gone.length > 0) {
    return [{ path: ['metadata', 'annotations'], value: undefined }];
  }
  return [...wished.filter((edit) => edit.value !== undefined), ...gone];
}

const notThere = (id: string): GitopsError =>
  new GitopsError(`${id} is not in the repository`, {
    code: 'bad_change',
    hint: 'is it in the folders that are followed, and pushed?',
  });
