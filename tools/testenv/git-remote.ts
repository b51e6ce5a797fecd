import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whether there is a git program. In CI there must be one: a test that is skipped there tests nothing. */
export const hasGit = probe();

/** A bare repository, and somebody else's checkout of it. */
export interface GitRemote {
  /** `file://…`, for those who are tested. */
  readonly url: string;
  /** Folder of the bare repository. */
  readonly dir: string;
  /** Commits files, or links as `{ link: target }`, and pushes. @returns the commit. */
  push(files: Readonly<Record<string, string | { link: string }>>, message?: string): string;
  /** What git answers in the bare repository. */
  git(...args: string[]): string;
  /** A file as the branch has it now. */
  read(path: string): string;
}

/** Makes both in a folder, with one branch. */
export function createGitRemote(folder: string, branch = 'main'): GitRemote {
  const dir = join(folder, 'remote.git');
  const checkout = join(folder, 'checkout');
  mkdirSync(folder, { recursive: true });
  run(folder, 'init', '--quiet', '--bare', '--initial-branch', branch, dir);
  run(folder, 'init', '--quiet', '--initial-branch', branch, checkout);
  run(checkout, 'remote', 'add', 'origin', dir);
  const git = (...args: string[]): string => run(dir, ...args);
  return {
    url: `file://${dir}`,
    dir,
    push(files, message = 'a change') {
      if (git('for-each-ref', `refs/heads/${branch}`) !== '') run(checkout, 'pull', '--quiet', 'origin', branch);
      for (const [path, content] of Object.entries(files)) {
        const file = join(checkout, path);
        mkdirSync(dirname(file), { recursive: true });
        if (typeof content === 'string') writeFileSync(file, content);
        else symlinkSync(content.link, file);
      }
      run(checkout, 'add', '--all');
      run(checkout, 'commit', '--quiet', '--allow-empty', '-m', message);
      run(checkout, 'push', '--quiet', 'origin', branch);
      return run(checkout, 'rev-parse', 'HEAD');
    },
    git,
    read: (path) => execFileSync('git', ['-C', dir, 'show', `${branch}:${path}`], { encoding: 'utf8', env: env() }),
  };
}

const run = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', env: env() }).trim();

/** Nothing of this machine's or user's configuration. */
const env = () => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Someone Else',
  GIT_AUTHOR_EMAIL: 'else@example.test',
  GIT_COMMITTER_NAME: 'Someone Else',
  GIT_COMMITTER_EMAIL: 'else@example.test',
});

function probe(): boolean {
  const isThere = spawnSync('git', ['--version'], { stdio: 'ignore' }).error === undefined;
  if (!isThere && process.env['CI'] !== undefined) throw new Error('git is not installed: see programs.mjs');
  return isThere;
}
