import { GitopsError } from '../error.js';
import type { Mirror, TreeFile } from '../git/mirror.js';
import { type ManifestFile, Manifests, readManifestFile } from './manifests.js';

/** How much is read of a repository that anybody may have written to. */
export interface ManifestLimits {
  /** Default 20,000. */
  files?: number | undefined;
  /** Bytes of one file. Default 1 MiB. */
  fileBytes?: number | undefined;
  /** Bytes of all files. Default 64 MiB. */
  totalBytes?: number | undefined;
}

/** Reads the manifests of one commit after the other; a file that stayed as it was is not read again. */
export class ManifestLoader {
  readonly #mirror: Mirror;
  readonly #paths: readonly string[];
  readonly #limits: Required<{ [K in keyof ManifestLimits]: number }>;
  #known = new Map<string, ManifestFile>();

  /** @param paths folders or files of the repository; none: all of it. */
  constructor(mirror: Mirror, paths: readonly string[], limits: ManifestLimits = {}) {
    this.#mirror = mirror;
    this.#paths = paths;
    const { files = 20_000, fileBytes = 1024 ** 2, totalBytes = 64 * 1024 ** 2 } = limits;
    this.#limits = { files, fileBytes, totalBytes };
  }

  /** @throws GitopsError `too_large`. */
  async load(revision: string): Promise<Manifests> {
    const listed = manifestsAmong(await this.#mirror.list(revision, this.#paths));
    this.#refuseTooMuch(listed);
    const readable = listed.filter(({ size }) => size <= this.#limits.fileBytes);
    const missing = readable.filter((file) => !this.#known.has(keyOf(file)));
    const blobs = [...new Set(missing.map(({ blob }) => blob))];
    const contents = await this.#mirror.read(blobs, this.#limits.totalBytes);
    const known = new Map<string, ManifestFile>();
    for (const file of listed) {
      const key = keyOf(file);
      const content = contents.get(file.blob) ?? '';
      const read = file.size > this.#limits.fileBytes ? tooLarge(file) : this.#known.get(key);
      known.set(key, read ?? readManifestFile(file.path, content));
      // Many files take a while: others have their turn between two.
      if (read === undefined) await new Promise(setImmediate);
    }
    this.#known = known;
    return new Manifests(revision, [...known.values()]);
  }

  #refuseTooMuch(listed: readonly TreeFile[]): void {
    const { files, totalBytes } = this.#limits;
    const bytes = listed.reduce((sum, { size }) => sum + size, 0);
    if (listed.length <= files && bytes <= totalBytes) return;
    throw new GitopsError(`${listed.length} files of manifests with ${bytes} bytes are more than what is read`, {
      code: 'too_large',
      hint: `${files} files and ${totalBytes} bytes are; name the folders that hold manifests`,
    });
  }
}

/** The files of YAML, without charts: what is in those are templates. */
function manifestsAmong(files: readonly TreeFile[]): TreeFile[] {
  const names = new Set(files.map(({ path }) => path));
  const charts = files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('/Chart.yaml') && names.has(path.replace(/Chart\.yaml$/, 'values.yaml')))
    .map((path) => path.slice(0, -'Chart.yaml'.length));
  return files.filter(({ path }) => /\.ya?ml$/.test(path) && !charts.some((chart) => path.startsWith(chart)));
}

const keyOf = ({ path, blob }: TreeFile): string => `${blob} ${path}`;

const tooLarge = ({ path, size }: TreeFile): ManifestFile => ({
  path,
  content: '',
  resources: [],
  problem: `its ${size} bytes are more than what is read of one file`,
});
