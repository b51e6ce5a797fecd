import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, runWell } from '../matrix/command.js';
import { type Program, readPrograms, sharedFile } from '../matrix/programs.js';
import { isObject, type JsonObject, readJson } from '../repo/json.js';
import type { Registry } from './registry.js';
import { type Release, releases, stageAll } from './steps.js';
import { checkOut, markInstalled } from './tree.js';

/** What came before this release: what a project moves from. */
export interface Previous {
  /** The libraries that were there. */
  libraries: readonly Release[];
  /** Those of {@link libraries} that get another version now. */
  changed: readonly Release[];
  /** Where their files come from, for a title: `built from the tag @moorline/core@0.2.0`. */
  origin: string;
  /** The commit of the tag; undefined where the files are those of this release. */
  commit: string | undefined;
  /** The programs as they were then. */
  programs: readonly Program[];
  /** Text of `check.ts` as it was then. */
  shared: string;
  /** The checkout of the tag, or of this release. */
  tree: string;
}

export interface FindOptions {
  /** The checkout, for its tags. */
  root: string;
  /** The copy that this release is made in. */
  tree: string;
  /** Where a tag is checked out; it stays from run to run, with what was built. */
  taggedTree: string;
  /** As the checkout has them, before they got their next version. */
  before: readonly Release[];
  next: readonly Release[];
  signal: AbortSignal;
}

/**
 * What came before: the newest tag of a version that the checkout still has (`@moorline/core@0.2.0`), and what has no such tag was not
 * there. Without any tag nothing was released yet, and this release's files stand in under the versions that the checkout has.
 *
 * @returns undefined when no version changes.
 */
export async function findPrevious(options: FindOptions): Promise<Previous | undefined> {
  const { root, tree, taggedTree, before, next, signal } = options;
  const libraries = before.filter(({ isApp }) => !isApp);
  const isChanged = (old: Release) => next.some((one) => one.name === old.name && one.version !== old.version);
  if (!libraries.some(isChanged)) return undefined;

  const newestFirst = await runWell('git', ['tag', '--list', '--sort=-creatordate'], { cwd: root, signal });
  const wanted = new Set(libraries.map(tagOf));
  const tag = newestFirst.find((one) => wanted.has(one));
  if (tag === undefined) {
    const origin = 'made of the files of this release, as there is no tag';
    return { libraries, changed: libraries.filter(isChanged), origin, commit: undefined, tree, ...programsOf(tree) };
  }
  const [commit = ''] = await runWell('git', ['rev-parse', `${tag}^{commit}`], { cwd: root, signal });
  await checkOut(root, taggedTree, commit, signal);
  const tagged = new Set(newestFirst);
  const released = releases(taggedTree).filter((one) => !one.isApp && tagged.has(tagOf(one)));
  const changed = released.filter(isChanged);
  const origin = `built from the tag ${tag}`;
  return { libraries: released, changed, origin, commit, tree: taggedTree, ...programsOf(taggedTree) };
}

const tagOf = ({ name, version }: Release): string => `${name}@${version}`;

function programsOf(tree: string): Pick<Previous, 'programs' | 'shared'> {
  const folder = join(tree, 'e2e/programs');
  // A release from before there were programs has none that could be run on it.
  if (!existsSync(folder)) return { programs: [], shared: '' };
  return { programs: readPrograms(folder), shared: readFileSync(join(folder, sharedFile), 'utf8') };
}

/** Builds what came before where it has to be, and publishes what gets another version now. @param scratch where what is published is put together */
export async function publishPrevious(
  { changed, commit, tree }: Previous,
  scratch: string,
  registry: Registry,
  signal: AbortSignal,
): Promise<void> {
  if (commit !== undefined) {
    markInstalled(tree);
    await stageAll(tree, signal, changed);
  }
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, 'package.json'), JSON.stringify({ private: true, workspaces: ['*'] }));
  for (const [index, old] of changed.entries()) {
    const folder = join(scratch, String(index));
    cpSync(old.stage, folder, { recursive: true });
    if (commit === undefined) writeFileSync(join(folder, 'package.json'), JSON.stringify(oldManifest(old)));
  }
  const [command, ...args] = npm();
  const env = { NPM_CONFIG_USERCONFIG: registry.publisher };
  const publish = ['publish', '--workspaces', '--tag', 'latest', '--access', 'public', '--ignore-scripts'];
  await runWell(command, [...args, ...publish], { cwd: scratch, env, signal, timeoutMs: 600_000 });
}

/** That of this release, with the version and the ranges of the one before. */
function oldManifest({ version, stage, dependencies }: Release): JsonObject {
  const manifest = readJson(join(stage, 'package.json'));
  return { ...manifest, version, dependencies: oldRanges(manifest, dependencies) };
}

function oldRanges(manifest: JsonObject, before: Readonly<Record<string, string>>): Record<string, unknown> {
  const now = isObject(manifest['dependencies']) ? manifest['dependencies'] : {};
  return Object.fromEntries(Object.entries(now).map(([name, range]) => [name, before[name] ?? range]));
}
