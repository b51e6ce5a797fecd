import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runMain } from '../process/run-main.js';
import { isObject, type JsonObject, readJson } from '../repo/json.js';
import { root } from '../repo/root.js';
import { type Workspace, workspaces } from '../repo/workspaces.js';
import { classifyApiChange } from './api-change.js';
import { pendingChangesets } from './changesets.js';
import {
  type ChangedReport,
  isPublishedManifestChanged,
  type PublishedSources,
  understatedChanges,
  untoldChanges,
} from './untold-changes.js';

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
  const changed = base === undefined ? undefined : changedSince(base);
  const packages = publishedSources(workspaces(root));
  const changesets = pendingChangesets(root);
  const untold = untoldChanges({
    changed,
    packages,
    changesets,
    isManifestChanged: (path) => base === undefined || isManifestChanged(base, path),
  });
  const reports = base === undefined ? [] : changedReports(base, changed ?? [], packages);
  const problems = [...untold, ...understatedChanges(reports, changesets)];
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
  return all
    .filter(({ isPublished }) => isPublished)
    .map((one) => {
      const { devDependencies } = read(one);
      const parts = all
        .filter(({ name }) => isObject(devDependencies) && name in devDependencies)
        .filter((one) => !one.isPublished);
      return { name: one.name, folders: [one, ...parts].map(({ folder }) => relative(root, folder)) };
    });
}

function changedReports(
  base: string,
  changed: readonly string[],
  packages: readonly PublishedSources[],
): ChangedReport[] {
  return packages.flatMap(({ name, folders: [own = ''] }) => {
    const version = String(JSON.parse(git('show', `${base}:${own}/package.json`) ?? '{"version":"0.0.0"}').version);
    const reports = changed.filter((path) => path.startsWith(`${own}/etc/`) && path.endsWith('.api.md'));
    return reports.map((path) => {
      const now = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
      return { path, package: name, version, change: classifyApiChange(git('show', `${base}:${path}`), now) };
    });
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
