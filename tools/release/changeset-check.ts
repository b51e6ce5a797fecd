import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { runMain } from '../process/run-main.js';
import { isObject, type JsonObject, readJson } from '../repo/json.js';
import { root } from '../repo/root.js';
import { type Workspace, workspaces } from '../repo/workspaces.js';
import { pendingChangesets } from './changesets.js';
import { isPublishedManifestChanged, type PublishedSources, untoldChanges } from './untold-changes.js';

/**
 * Does a changeset tell of whatever users of the packages would see? Needs git's history, but no remote.
 * With `--count`: how many changesets wait for a release.
 */
await runMain((args) => {
  if (args.includes('--count')) {
    process.stdout.write(`${pendingChangesets(root).length}\n`);
    return 0;
  }
  const head = git('rev-parse', 'HEAD');
  if (head === undefined) {
    process.stdout.write('not a git checkout: what changed cannot be told\n');
    return 0;
  }
  const base = baseOf(head);
  const problems = untoldChanges({
    changed: base === undefined ? undefined : changedSince(base),
    packages: publishedSources(workspaces(root)),
    changesets: pendingChangesets(root),
    isManifestChanged: (path) => base === undefined || isManifestChanged(base, path),
  });
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) {
    process.stderr.write('Tell users of it: npx changeset, or a sentence in the changeset that waits.\n');
  }
  return problems.length > 0 ? 1 : 0;
});

/**
 * From where changes count: on a branch from where it left `main`, on `main` from the last release. Undefined before the first.
 * What a pull request's merge commit has on top of `main` counts as its branch does.
 */
function baseOf(head: string): string | undefined {
  const main =
    git('rev-parse', '--verify', '--quiet', 'origin/main') ?? git('rev-parse', '--verify', '--quiet', 'main');
  const fork = main === undefined ? undefined : git('merge-base', 'HEAD', main);
  if (fork !== undefined && fork !== head) return fork;
  return git('describe', '--tags', '--match', '@moorline/*', '--abbrev=0');
}

/** Committed or not, and not yet known to git. */
function changedSince(base: string): string[] {
  const changed = git('diff', '--name-only', '--no-renames', base) ?? '';
  const added = git('ls-files', '--others', '--exclude-standard') ?? '';
  return `${changed}\n${added}`.split('\n').filter((line) => line !== '');
}

function publishedSources(all: readonly Workspace[]): PublishedSources[] {
  const read = ({ folder }: Workspace) => readJson(join(folder, 'package.json'));
  const isPrivate = (one: Workspace) => read(one)['private'] === true;
  return all
    .filter((one) => !isPrivate(one))
    .map((one) => {
      const { devDependencies } = read(one);
      const parts = all.filter(({ name }) => isObject(devDependencies) && name in devDependencies).filter(isPrivate);
      return { name: one.name, folders: [one, ...parts].map(({ folder }) => relative(root, folder)) };
    });
}

function isManifestChanged(base: string, path: string): boolean {
  const before = git('show', `${base}:${path}`);
  if (before === undefined) return true;
  return isPublishedManifestChanged(JSON.parse(before) as JsonObject, readJson(join(root, path)));
}

/** What git prints; undefined where it cannot tell. */
function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
