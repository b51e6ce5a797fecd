import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, readJson } from '../repo/json.js';
import type { Workspace } from '../repo/workspaces.js';

/** Which workspaces passed, and with what in their files: those need no second check. */
export interface Stamps {
  /** Whether the workspace passed with the files that it has now. */
  isFresh(workspace: Workspace): boolean;
  /** Remembers that it passed. */
  pass(workspace: Workspace): void;
}

const notSources = new Set(['node_modules', 'dist', 'coverage', 'bench-results', 'CHANGELOG.md']);
const isSource = (name: string): boolean => !name.startsWith('.') && !notSources.has(name);
const isPublic = (name: string): boolean => isSource(name) && !name.endsWith('.test.ts');

/**
 * What lint and types of a workspace depend on is the root's own files (settings, the lock), tools/ (rules, what tests import), all
 * of the workspace, and of each workspace that it depends on package.json and src/ without tests.
 *
 * @param root of the repository; the stamps are kept below its node_modules, and go with them.
 */
export function readStamps(root: string, all: readonly Workspace[]): Stamps {
  const file = join(root, 'node_modules/.cache/moorline-check.json');
  const stamps = existsSync(file) ? readJson(file) : {};
  const files = readdirSync(root, { withFileTypes: true }).filter((one) => one.isFile() && isSource(one.name));
  const common = createHash('sha256').update(process.version);
  for (const { name } of files) addFile(common, join(root, name));
  addFolder(common, join(root, 'tools'), isSource);
  const shared = common.digest('hex');

  const hashes = new Map<Workspace, string>();
  const hashOf = (workspace: Workspace): string => {
    const hash = hashes.get(workspace) ?? hashInputs(workspace, all, shared);
    hashes.set(workspace, hash);
    return hash;
  };
  return {
    isFresh: (workspace) => stamps[workspace.name] === hashOf(workspace),
    pass(workspace) {
      stamps[workspace.name] = hashOf(workspace);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(stamps, undefined, 2)}\n`);
    },
  };
}

function hashInputs(workspace: Workspace, all: readonly Workspace[], shared: string): string {
  const hash = createHash('sha256').update(shared);
  addFolder(hash, workspace.folder, isSource);
  for (const { folder } of dependenciesOf(workspace, all)) {
    addFile(hash, join(folder, 'package.json'));
    addFolder(hash, join(folder, 'src'), isPublic);
  }
  return hash.digest('hex');
}

/** The workspaces that one imports, directly or through others, in the order of `all`. */
function dependenciesOf(workspace: Workspace, all: readonly Workspace[]): Workspace[] {
  const found = new Set<Workspace>();
  const visit = ({ folder }: Workspace): void => {
    const manifest = readJson(join(folder, 'package.json'));
    const fields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
    const names = new Set(fields.flatMap((field) => (isObject(manifest[field]) ? Object.keys(manifest[field]) : [])));
    for (const one of all) {
      if (!names.has(one.name) || found.has(one)) continue;
      found.add(one);
      visit(one);
    }
  };
  visit(workspace);
  return all.filter((one) => found.has(one));
}

type Hash = ReturnType<typeof createHash>;

function addFolder(hash: Hash, folder: string, isWanted: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => isWanted(name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path, isWanted);
    else if (entry.isFile()) addFile(hash, path);
  }
}

function addFile(hash: Hash, path: string): void {
  const content = readFileSync(path);
  hash.update(`\n${path} ${content.length}\n`).update(content);
}
