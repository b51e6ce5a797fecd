import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { npm, runWell } from '../matrix/command.js';
import { updateManifests } from '../examples/manifests.js';
import type { Published } from '../matrix/folders.js';
import { isObject, readJson } from '../repo/json.js';
import { bin, root } from '../repo/root.js';
import { workspaces } from '../repo/workspaces.js';
import type { Registry } from './registry.js';
import { markInstalled } from './tree.js';

/** A workspace that is published. */
export interface Release extends Published {
  /** Of its staged files, absolute. */
  stage: string;
  /** Its range of every package that it depends on. */
  dependencies: Readonly<Record<string, string>>;
}

const nxEnvironment = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', FORCE_COLOR: '0' };

/** Gives all packages and the examples their next version, and writes the changelogs and the lock, as the release does. */
export async function versionAll(tree: string, pre: string | undefined, signal: AbortSignal): Promise<void> {
  const changeset = (...args: string[]) =>
    runWell(process.execPath, [bin('changeset'), ...args], { cwd: tree, signal });
  if (pre !== undefined && !existsSync(join(tree, '.changeset/pre.json'))) await changeset('pre', 'enter', pre);
  await changeset('version');
  updateManifests(tree, { modules: join(root, 'node_modules') });
  const [command, ...args] = npm();
  const lock = ['install', '--package-lock-only', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await runWell(command, [...args, ...lock], { cwd: tree, signal, timeoutMs: 300_000 });
  markInstalled(tree);
}

/**
 * Builds and stages packages, from Nx's cache where nothing has changed.
 *
 * @param only these; absent means all
 * @throws Error with the end of what Nx printed.
 */
export async function stageAll(tree: string, signal: AbortSignal, only?: readonly Release[]): Promise<void> {
  const chosen = only === undefined ? [] : ['-p', only.map(({ name }) => name).join()];
  const args = [bin('nx'), 'run-many', '-t', 'stage', ...chosen, '--parallel=2'];
  await runWell(process.execPath, args, { cwd: tree, env: nxEnvironment, signal, timeoutMs: 1_800_000 });
}

/** What would be published of a checkout. */
export function releases(tree: string): Release[] {
  return workspaces(tree).flatMap(({ folder }) => {
    const manifest = readJson(join(folder, 'package.json'));
    if (manifest['private'] === true) return [];
    const stage = join(folder, '.stage');
    const base = { name: String(manifest['name']), version: String(manifest['version']), stage };
    const isApp = manifest['exports'] === undefined;
    return [
      { ...base, isApp, peers: ranges(manifest['peerDependencies']), dependencies: ranges(manifest['dependencies']) },
    ];
  });
}

const ranges = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, range]) => [name, String(range)]));

/**
 * Publishes what is staged, as `npm run release` does.
 *
 * @returns the dist-tag under which all of it is now: `latest`, or that of a pre-release
 * @throws Error where a package is not there afterwards as it should be.
 */
export async function publishAll(
  tree: string,
  next: readonly Release[],
  { publisher, url }: Registry,
  signal: AbortSignal,
): Promise<string> {
  // Of all places where npm's registry may be set, changesets looks at this variable alone.
  const env = { NPM_CONFIG_USERCONFIG: publisher, npm_config_registry: url };
  const args = [bin('changeset'), 'publish', '--no-git-tag'];
  await runWell(process.execPath, args, { cwd: tree, env, signal, timeoutMs: 600_000 });
  const tag = distTagOf(tree);
  for (const { name, version } of next) {
    const found = await taggedVersion(url, name, tag, signal);
    if (found !== version) throw new Error(`expected ${name}@${tag} to be ${version}, found ${found ?? 'nothing'}`);
  }
  return tag;
}

/** `latest`, or the tag of the pre-releases that a checkout is at. */
function distTagOf(tree: string): string {
  const file = join(tree, '.changeset/pre.json');
  if (!existsSync(file)) return 'latest';
  const { mode, tag } = readJson(file);
  return mode === 'pre' ? String(tag) : 'latest';
}

async function taggedVersion(url: string, name: string, tag: string, signal: AbortSignal): Promise<string | undefined> {
  const answer: unknown = await (await fetch(url + encodeURIComponent(name), { signal })).json();
  const tags = isObject(answer) ? answer['dist-tags'] : undefined;
  const version = isObject(tags) ? tags[tag] : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** The entries that a published package's users import: `@moorline/cc-api/server`. */
export function entriesOf({ name, stage }: Release): string[] {
  const exports = readJson(join(stage, 'package.json'))['exports'];
  const paths = Object.keys(isObject(exports) ? exports : {}).filter((path) => !path.endsWith('.json'));
  return paths.map((path) => name + path.slice(1));
}
