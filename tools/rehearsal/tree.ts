import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runWell } from '../matrix/command.js';
import { workspaces } from '../repo/workspaces.js';

/**
 * Brings the copy of a checkout up to date that a rehearsal works on: its newest commit, and over it what is not committed.
 *
 * The copy is below `.nx/` of the checkout, so that whatever it imports of third parties is found in the checkout's
 * `node_modules`; its own has only the workspaces. It stays from run to run, with its builds and Nx's cache of them.
 *
 * @returns how many files are in it that are not committed as they are
 */
export async function updateTree(root: string, tree: string, signal: AbortSignal): Promise<number> {
  const git = (...args: string[]) => runWell('git', args, { cwd: root, signal });
  const [head = ''] = await git('rev-parse', 'HEAD');
  await checkOut(root, tree, head, signal);

  const [changed, added] = await Promise.all([
    git('diff', '--name-only', '--no-renames', 'HEAD'),
    git('ls-files', '--others', '--exclude-standard'),
  ]);
  for (const path of [...changed, ...added]) {
    rmSync(join(tree, path), { recursive: true, force: true });
    if (existsSync(join(root, path))) cpSync(join(root, path), join(tree, path));
  }
  linkModules(root, tree); // once more: a new workspace may be among them
  return changed.length + added.length;
}

/** Brings a copy of a checkout to one of its commits, whatever was done to it before; what git ignores stays. */
export async function checkOut(root: string, tree: string, commit: string, signal: AbortSignal): Promise<void> {
  const git = (cwd: string, ...args: string[]) => runWell('git', args, { cwd, signal });
  if (!existsSync(join(tree, '.git'))) {
    mkdirSync(dirname(tree), { recursive: true });
    rmSync(tree, { recursive: true, force: true });
    await git(root, 'clone', '--quiet', '--shared', '--no-checkout', root, tree);
    // A link is no folder, so .gitignore's `node_modules/` does not mean it.
    writeFileSync(join(tree, '.git/info/exclude'), 'node_modules\n');
  }
  await git(tree, 'fetch', '--quiet', '--tags', '--force', root, commit);
  await git(tree, 'checkout', '--quiet', '--force', '--detach', commit);
  await git(tree, 'clean', '--quiet', '--force', '-d');
  linkModules(root, tree);
}

/** Says that the copy's `node_modules` are as its lock wants them: they are those of the checkout. */
export function markInstalled(tree: string): void {
  const hash = createHash('sha256')
    .update(readFileSync(join(tree, 'package-lock.json')))
    .digest('hex');
  writeFileSync(join(tree, 'node_modules/.moorline-installed'), `${process.platform}-${process.arch} ${hash}\n`);
}

function linkModules(root: string, tree: string): void {
  const modules = join(tree, 'node_modules');
  rmSync(modules, { recursive: true, force: true });
  for (const { name, path } of workspaces(tree)) {
    const link = join(modules, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(tree, path)), link);
    // What a workspace has in another version than the rest.
    const own = join(path, 'node_modules');
    rmSync(join(tree, own), { recursive: true, force: true });
    if (existsSync(join(root, own)) && readdirSync(join(root, own)).some((one) => !one.startsWith('.'))) {
      symlinkSync(join(root, own), join(tree, own));
    }
  }
}
