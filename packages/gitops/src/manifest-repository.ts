import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import type { Change, WorkloadResult } from './changes/change.js';
import { GitopsError, isGitopsError } from './error.js';
import { Mirror, type MirrorOptions, type TreeFile } from './git/mirror.js';
import { ManifestLoader, type ManifestLimits } from './manifests/load.js';
import type { Manifests } from './manifests/manifests.js';

export interface ManifestRepositoryOptions extends MirrorOptions {
  /** Folders or files of the repository; none: all of it. */
  paths: readonly string[];
  /** Who makes the commits. */
  author: { name: string; email: string };
  /** Changes are refused. Default false. */
  isReadOnly?: boolean | undefined;
  limits?: ManifestLimits | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** How the repository is. */
export interface RepositoryStatus {
  /** `new`: nothing was fetched yet; `cloned`: it can be read; `ready`: and written; `unreachable`: the last try to fetch it failed. */
  state: 'new' | 'cloned' | 'ready' | 'unreachable';
  /** What is wrong with it, or with the manifests in it; empty where nothing is. */
  problems: readonly string[];
  /** The commit whose manifests are known. */
  revision: string | undefined;
  /** Wall time of the last successful fetch, milliseconds since 1970. */
  fetchedAt: number | undefined;
}

/** What a change came to. */
export interface Changed {
  /** The commit that was pushed; undefined where nothing was to be changed, or only planned. */
  revision: string | undefined;
  results: Map<string, WorkloadResult>;
}

/** How often a change is planned again because somebody else has pushed meanwhile. */
const attempts = 3;

/** A repository of Kubernetes manifests that is followed, read and changed. One thing is done with it at a time. */
export class ManifestRepository {
  readonly #options: ManifestRepositoryOptions;
  readonly #mirror: Mirror;
  readonly #loader: ManifestLoader;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #manifests: Manifests | undefined;
  #fetchedAt: number | undefined;
  #fetchProblem: string | undefined;
  #writeProblem: string | undefined;
  #isWritable = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: ManifestRepositoryOptions) {
    this.#options = options;
    this.#mirror = new Mirror(options);
    this.#loader = new ManifestLoader(this.#mirror, options.paths, options.limits);
    this.#logger = options.logger ?? silentLogger;
    this.#clock = options.clock ?? systemClock;
  }

  get status(): RepositoryStatus {
    const manifests = this.#manifests;
    const problems = [this.#fetchProblem, this.#writeProblem, ...(manifests?.problems ?? [])];
    const readable = manifests === undefined ? 'new' : this.#isWritable ? 'ready' : 'cloned';
    return {
      state: this.#fetchProblem === undefined ? readable : 'unreachable',
      problems: problems.filter((problem) => problem !== undefined),
      revision: manifests?.revision,
      fetchedAt: this.#fetchedAt,
    };
  }

  /** @throws GitopsError `not_ready` before the first successful fetch. */
  get manifests(): Manifests {
    if (this.#manifests !== undefined) return this.#manifests;
    throw new GitopsError(this.#fetchProblem ?? 'the repository has not been fetched yet', {
      code: 'not_ready',
      hint: this.#fetchProblem === undefined ? 'wait a moment' : 'put right what keeps it from being fetched',
      isRetryable: true,
    });
  }

  /** Fetches the branch and reads its manifests. @throws GitopsError: what was known before stays known. */
  refresh(signal?: AbortSignal): Promise<Manifests> {
    return this.#alone(() => this.#refresh(signal));
  }

  /** Commits up to `ref` that are not applied yet, newest first. @throws GitopsError `unknown_ref`, `not_ready`. */
  async pending(ref: string): Promise<string[]> {
    void this.manifests;
    const to = await this.#mirror.resolve(ref);
    return this.#mirror.commits(await this.#mirror.synced(), to);
  }

  /**
   * Changes manifests by one commit on top of what the branch is now, and pushes it.
   *
   * @param message of the commit, from what is changed.
   * @throws GitopsError; nothing is changed then.
   */
  change(change: Change, { message, isPlanOnly = false, signal }: ChangeOptions): Promise<Changed> {
    return this.#alone(async () => {
      for (let attempt = 1; ; attempt++) {
        const manifests = await this.#refresh(signal);
        const { edits, results } = change(manifests);
        refuseFailed(results);
        if (isPlanOnly || edits.length === 0) return { revision: undefined, results };
        const contents = new Map<string, string>();
        for (const edit of edits) {
          const { path, content } = manifests.edit(edit, contents);
          contents.set(path, content);
        }
        try {
          const revision = await this.#push(manifests, contents, message(results), signal);
          await this.#load(revision);
          return { revision, results };
        } catch (error) {
          const isBehind = isGitopsError(error) && error.code === 'push_refused' && error.isRetryable;
          if (!isBehind || attempt >= attempts) throw error;
          this.#logger.info({ attempt }, 'somebody else has pushed meanwhile: the change is made again on top of that');
        }
      }
    });
  }

  async #refresh(signal: AbortSignal | undefined): Promise<Manifests> {
    try {
      const revision = await this.#mirror.fetch(signal);
      this.#fetchedAt = this.#clock.now();
      const manifests = await this.#load(revision);
      this.#fetchProblem = undefined;
      await this.#checkWritable(signal);
      return manifests;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#fetchProblem) this.#logger.warn({ error }, 'the manifests cannot be brought up to date');
      this.#fetchProblem = problem;
      // What was fetched in an earlier life can still be read.
      await this.#loadKnown();
      throw error;
    }
  }

  /** Reads the manifests of a commit, and counts it as applied where nothing is wrong with them. */
  async #load(revision: string): Promise<Manifests> {
    if (this.#manifests?.revision === revision) return this.#manifests;
    const manifests = await this.#loader.load(revision);
    for (const problem of manifests.problems) this.#logger.warn({ revision, problem }, 'a manifest cannot be used');
    this.#manifests = manifests;
    if (manifests.problems.length === 0) await this.#mirror.markSynced(revision);
    this.#logger.info({ revision, files: manifests.files.length }, 'the manifests were read');
    return manifests;
  }

  async #loadKnown(): Promise<void> {
    if (this.#manifests !== undefined) return;
    const known = await this.#mirror.head().catch(() => undefined);
    if (known !== undefined) await this.#load(known).catch(() => undefined);
  }

  /** Once: a remote repository that took commits goes on doing so until it refuses one. */
  async #checkWritable(signal: AbortSignal | undefined): Promise<void> {
    if (this.#isWritable || this.#options.isReadOnly === true) return;
    try {
      await this.#mirror.tryPush(signal);
      this.#isWritable = true;
      this.#writeProblem = undefined;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#writeProblem) this.#logger.warn({ error }, 'the repository can be read, and not written');
      this.#writeProblem = problem;
    }
  }

  async #push(
    manifests: Manifests,
    contents: ReadonlyMap<string, string>,
    message: string,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { author, paths } = this.#options;
    const listed = await this.#mirror.list(manifests.revision, paths);
    const modes = new Map(listed.map(({ path, mode }: TreeFile) => [path, mode]));
    const files = [...contents].map(([path, content]) => ({ path, mode: modes.get(path) ?? '100644', content }));
    const commit = await this.#mirror.commit({ parent: manifests.revision, files, message, author });
    try {
      await this.#mirror.push(commit, signal);
    } catch (error) {
      this.#isWritable = false;
      throw error;
    }
    this.#isWritable = true;
    return commit;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}

export interface ChangeOptions {
  message: (results: ReadonlyMap<string, WorkloadResult>) => string;
  /** Says what would be changed, and changes nothing. Default false. */
  isPlanOnly?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

function refuseFailed(results: ReadonlyMap<string, WorkloadResult>): void {
  const failed = [...results].filter(([, { status }]) => status === 'failed');
  if (failed.length === 0) return;
  throw new ChangeFailed(failed.map(([id, { error }]) => `${id} ${error ?? 'failed'}`).join('; '), results);
}

/** Some workload cannot be changed as asked, so that none is. */
export class ChangeFailed extends GitopsError {
  readonly results: ReadonlyMap<string, WorkloadResult>;

  constructor(message: string, results: ReadonlyMap<string, WorkloadResult>) {
    super(message, { code: 'bad_change', hint: 'look at what the workloads are now, and ask again' });
    this.results = results;
  }
}
