import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

export type GitopsErrorCode =
  /** There is no git program. */
  | 'git_missing'
  /** The git program failed in a way that has no code of its own. */
  | 'git_failed'
  /** The git program took longer than it may. */
  | 'git_timed_out'
  /** The remote repository does not answer, or does not let us in. */
  | 'unreachable'
  /** The remote repository has no such branch. */
  | 'no_such_branch'
  /** Nothing was fetched yet. */
  | 'not_ready'
  /** The repository has nothing of that name. */
  | 'unknown_ref'
  /** The remote repository did not take the commit. */
  | 'push_refused'
  /** Files, or one of them, are larger than what is read. */
  | 'too_large'
  /** A file is not one that can be understood. */
  | 'bad_manifest'
  /** A manifest is written in a way that cannot be edited without changing more than was asked for. */
  | 'edit_refused'
  /** What a change asks for cannot be. */
  | 'bad_change'
  /** More jobs wait than are kept. */
  | 'too_many_jobs'
  /** The library with which a cluster is asked is not installed. */
  | 'cluster_module_missing'
  /** The kubeconfig file cannot be read, or names no cluster. */
  | 'bad_kubeconfig'
  /** The cluster does not answer. */
  | 'cluster_unreachable'
  /** The cluster does not take the credentials, or there are none to be had. */
  | 'cluster_unauthorized'
  /** The cluster does not let us see what was asked for. */
  | 'cluster_forbidden'
  /** The cluster answered in a way that has no code of its own. */
  | 'cluster_failed';

/** Every failure of this package. */
export class GitopsError extends MoorlineError<GitopsErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<GitopsErrorCode>) {
    super(message, options);
    this.name = 'GitopsError';
  }
}

export const isGitopsError = createErrorGuard<GitopsError>('GitopsError');
