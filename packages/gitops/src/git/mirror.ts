import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { redactText, redactUrl } from '@moorline/core';
import { GitopsError } from '../error.js';
import { git, type GitEnd, gitFailed, type GitSurroundings, runGit } from './run-git.js';

export interface MirrorOptions extends GitSurroundings {
  /** Of the remote repository; holds no password. */
  url: string;
  branch: string;
  /** A tag of the remote repository that says up to where another program has applied the branch. */
  syncTag?: string | undefined;
  /** Milliseconds for what goes over the network, ≥ 1. Default 120,000. */
  networkTimeoutMs?: number | undefined;
}

/** A file of a commit. */
export interface TreeFile {
  path: string;
  /** Name of its content: files with one name are the same. */
  blob: string;
  /** `100644`, or `100755` for what can be run. */
  mode: string;
  /** Bytes. */
  size: number;
}

/** What is committed. */
export interface NewCommit {
  parent: string;
  files: readonly { path: string; mode: string; content: string }[];
  message: string;
  author: { name: string; email: string };
}

/** What was applied last, where no tag says so. */
const syncedRef = 'refs/moorline/synced';

/**
 * A bare copy of one branch of a remote repository. Files are read from commits and written into commits: nothing that the
 * repository holds, no name of a file and no symbolic link, ever becomes a path on this machine. There is nothing in the
 * copy that is not in the remote repository too, so that a damaged one is made anew.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #head: string;
  readonly #tag: string | undefined;
  #isOpen = false;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#head = `refs/heads/${options.branch}`;
    this.#tag = options.syncTag === undefined ? undefined : `refs/tags/${options.syncTag}`;
  }

  /** Brings the copy up to date. @returns the branch's commit. @throws GitopsError `unreachable`, `no_such_branch`. */
  async fetch(signal?: AbortSignal): Promise<string> {
    await this.#open();
    let end = await this.#fetch(signal);
    if (end.code !== 0 && isDamage(end.stderr)) {
      await this.#remake();
      end = await this.#fetch(signal);
    }
    if (end.code !== 0) throw this.#refusal('fetch', end);
    if (this.#tag !== undefined) await this.#fetchTag(this.#tag, signal);
    return this.resolve(this.#head);
  }

  /** The branch's commit in the copy; undefined where nothing was fetched. */
  async head(): Promise<string | undefined> {
    await this.#open();
    return this.#find(this.#head);
  }

  /** @returns the commit that a branch, a tag or the beginning of an id means. @throws GitopsError `unknown_ref`. */
  async resolve(ref: string): Promise<string> {
    const commit = await this.#find(ref === 'HEAD' ? this.#head : ref);
    if (commit !== undefined) return commit;
    throw new GitopsError(`the repository has no commit ${JSON.stringify(ref.slice(0, 200))}`, {
      code: 'unknown_ref',
      hint: `give HEAD, ${this.#options.branch}, a tag, or the id of a commit that has been pushed`,
    });
  }

  /** The commit up to where the branch is applied; undefined where it never was. */
  async synced(): Promise<string | undefined> {
    return this.#find(this.#tag ?? syncedRef);
  }

  /** Notes that this commit is applied. A tag of another program is left alone. */
  async markSynced(commit: string): Promise<void> {
    if (this.#tag === undefined) await this.#git(['update-ref', syncedRef, commit]);
  }

  /** Commits that are in `to` and not in `from`, newest first. */
  async commits(from: string | undefined, to: string): Promise<string[]> {
    const range = from === undefined ? [to] : [to, `^${from}`];
    return lines(await this.#git(['rev-list', '--topo-order', ...range, '--']));
  }

  /** The ordinary files of a commit below the paths; symbolic links and other repositories are left out. */
  async list(commit: string, paths: readonly string[]): Promise<TreeFile[]> {
    const tree = await this.#git(['ls-tree', '-r', '-z', '--long', '--full-tree', commit, '--', ...paths]);
    return tree
      .toString('utf8')
      .split('\0')
      .flatMap((entry) => {
        const [, mode, blob, size, path] = /^(100644|100755) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(entry) ?? [];
        if (mode === undefined || blob === undefined || path === undefined) return [];
        return [{ path, blob, mode, size: Number(size) }];
      });
  }

  /** Contents by blob. */
  async read(blobs: readonly string[], maxBytes: number): Promise<Map<string, string>> {
    const contents = new Map<string, string>();
    if (blobs.length === 0) return contents;
    const output = await this.#git(['cat-file', '--batch'], {
      input: `${blobs.join('\n')}\n`,
      maxBytes: maxBytes + blobs.length * 128,
    });
    let at = 0;
    for (const blob of blobs) {
      const end = output.indexOf(10, at);
      const size = Number(/ blob (\d+)$/.exec(output.toString('latin1', at, end))?.[1]);
      if (!Number.isInteger(size)) throw new GitopsError(`the repository lacks ${blob}`, { code: 'git_failed' });
      contents.set(blob, output.toString('utf8', end + 1, end + 1 + size));
      at = end + 1 + size + 1;
    }
    return contents;
  }

  /** Makes a commit that nothing points to yet. @returns its id. */
  async commit({ parent, files, message, author }: NewCommit): Promise<string> {
    const index = join(this.#options.dir, `index-${process.pid}`);
    const env = { GIT_INDEX_FILE: index };
    try {
      await this.#git(['read-tree', parent], { env });
      for (const { path, mode, content } of files) {
        const blob = lines(await this.#git(['hash-object', '-w', '--no-filters', '--stdin'], { input: content }))[0];
        await this.#git(['update-index', '-z', '--index-info'], { env, input: `${mode} ${blob ?? ''}\t${path}\0` });
      }
      const tree = lines(await this.#git(['write-tree'], { env }))[0] ?? '';
      const { name, email } = author;
      const people = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email };
      const committer = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
      const made = await this.#git(['commit-tree', tree, '-p', parent], {
        env: { ...people, ...committer },
        input: message,
      });
      return lines(made)[0] ?? '';
    } finally {
      await rm(index, { force: true });
      await rm(`${index}.lock`, { force: true });
    }
  }

  /** Makes this commit, which follows the branch's, the branch's. @throws GitopsError `push_refused`, `unreachable`. */
  async push(commit: string, signal?: AbortSignal): Promise<void> {
    const { networkTimeoutMs: timeoutMs = 120_000 } = this.#options;
    const args = ['push', '--porcelain', '--no-verify', 'origin', `${commit}:${this.#head}`];
    const end = await runGit(this.#options, args, { timeoutMs, signal });
    if (end.code !== 0) throw this.#refusal('push', end);
    await this.#git(['update-ref', this.#head, commit]);
  }

  /** Whether the remote repository would take commits; throws where it says why not. */
  async tryPush(signal?: AbortSignal): Promise<void> {
    const { networkTimeoutMs: timeoutMs = 120_000 } = this.#options;
    const args = ['push', '--porcelain', '--dry-run', '--no-verify', 'origin', `${this.#head}:${this.#head}`];
    const end = await runGit(this.#options, args, { timeoutMs, signal });
    if (end.code !== 0 && !isBehind(end)) throw this.#refusal('push', end);
  }

  async #open(): Promise<void> {
    const { dir, url } = this.#options;
    if (this.#isOpen) return;
    if (!existsSync(dir)) await this.#make();
    else {
      await this.#removeLocks();
      const known = await runGit(this.#options, ['config', '--get', 'remote.origin.url']);
      // Of another repository, or not one at all.
      if (known.code !== 0 || known.stdout.toString('utf8').trimEnd() !== url) await this.#remake();
    }
    this.#isOpen = true;
  }

  async #make(): Promise<void> {
    const { dir, url } = this.#options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await this.#git(['init', '--quiet', '--bare', '--template=']);
    await this.#git(['config', 'remote.origin.url', url]);
  }

  async #remake(): Promise<void> {
    await rm(this.#options.dir, { recursive: true, force: true });
    await this.#make();
  }

  /** Of a process that was killed: this one is the only one that uses the copy. */
  async #removeLocks(): Promise<void> {
    const { dir } = this.#options;
    for (const below of ['.', 'refs', 'refs/heads', 'refs/tags', 'refs/moorline']) {
      const names = await readdir(join(dir, below)).catch(() => []);
      for (const name of names) if (name.endsWith('.lock')) await rm(join(dir, below, name), { force: true });
    }
  }

  #fetch(signal: AbortSignal | undefined): Promise<GitEnd> {
    const { networkTimeoutMs: timeoutMs = 120_000 } = this.#options;
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', 'origin', `+${this.#head}:${this.#head}`];
    return runGit(this.#options, args, { timeoutMs, signal });
  }

  /** The tag may not be there yet, which is no failure. */
  async #fetchTag(tag: string, signal: AbortSignal | undefined): Promise<void> {
    const { networkTimeoutMs: timeoutMs = 120_000 } = this.#options;
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', 'origin', `+${tag}:${tag}`];
    const end = await runGit(this.#options, args, { timeoutMs, signal });
    if (end.code === 0) return;
    if (!isNoSuchRef(end.stderr)) throw this.#refusal('fetch', end);
    await this.#git(['update-ref', '-d', tag]);
  }

  async #find(ref: string): Promise<string | undefined> {
    if (ref === '' || /[\0\n]/.test(ref)) return undefined;
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
    const { code, stdout } = await runGit(this.#options, args);
    return code === 0 ? lines(stdout)[0] : undefined;
  }

  #git(args: readonly string[], run?: Parameters<typeof git>[2]): Promise<Buffer> {
    return git(this.#options, args, run);
  }

  #refusal(what: 'fetch' | 'push', end: GitEnd): GitopsError {
    const { url, branch } = this.#options;
    const shown = redactUrl(url);
    const said = `${end.stderr} ${end.stdout.toString('utf8').trim()}`;
    if (what === 'fetch' && isNoSuchRef(said)) {
      return new GitopsError(`${shown} has no branch ${branch}`, {
        code: 'no_such_branch',
        hint: 'name another branch, or push the first commit to this one',
        isRetryable: true,
      });
    }
    if (what === 'push' && /\[(?:remote )?rejected\]/.test(said)) {
      return new GitopsError(`${shown} did not take the commit: ${firstRejection(said)}`, {
        code: 'push_refused',
        hint: isBehind(end)
          ? 'somebody else has pushed meanwhile: it is tried again on top of that'
          : 'may this user push to the branch?',
        isRetryable: isBehind(end),
      });
    }
    if (!isNetwork(said)) return gitFailed([what], end);
    return new GitopsError(`${what === 'fetch' ? 'fetching from' : 'pushing to'} ${shown}: ${end.stderr}`, {
      code: 'unreachable',
      hint: hintFor(said),
      isRetryable: true,
    });
  }
}

const lines = (output: Buffer): string[] =>
  output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

const isNoSuchRef = (said: string): boolean => said.includes("couldn't find remote ref");

const isBehind = ({ stdout, stderr }: GitEnd): boolean =>
  /non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref/.test(
    `${stderr} ${stdout.toString('utf8')}`,
  );

const isDamage = (said: string): boolean =>
  /object file .* is empty|corrupt|bad object|missing blob|unable to read (?:tree|sha1)|not a git repository/i.test(
    said,
  );

const isNetwork = (said: string): boolean =>
  /Could not read from remote|unable to access|does not appear to be a git repository|Authentication failed|could not read Username|Permission denied|unable to connect|hung up|early EOF|Repository not found|Host key verification/i.test(
    said,
  );

const firstRejection = (said: string): string => redactText(/\[(?:remote )?rejected\][^\n;]*/.exec(said)?.[0] ?? said);

function hintFor(said: string): string {
  if (/Host key verification/i.test(said))
    return 'the host is not known to ssh: give its key in the file of known hosts';
  if (/Authentication failed|could not read Username|Permission denied|403/i.test(said))
    return 'check the key or the token, and what it may do';
  if (/does not appear to be a git repository|Repository not found/i.test(said)) return 'check the URL';
  return 'check the URL, the network, and whether the host answers';
}
