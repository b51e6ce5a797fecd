import { type GitopsErrorCode, isGitopsError } from '@moorline/gitops';
import { isRpcError } from '@moorline/rpc-versioned';
import { fluxError } from '@moorline/rpc-versioned/server';

/** What each failure is for the caller of a method: whether it should wait, look elsewhere, or ask for something else. */
const types: Record<GitopsErrorCode, 'server' | 'missing' | 'user'> = {
  git_missing: 'server',
  git_failed: 'server',
  git_timed_out: 'server',
  unreachable: 'server',
  no_such_branch: 'server',
  not_ready: 'server',
  unknown_ref: 'missing',
  push_refused: 'user',
  too_large: 'server',
  bad_manifest: 'user',
  edit_refused: 'user',
  bad_change: 'user',
  too_many_jobs: 'server',
  cluster_module_missing: 'server',
  bad_kubeconfig: 'server',
  cluster_unreachable: 'server',
  cluster_unauthorized: 'server',
  cluster_forbidden: 'server',
  cluster_failed: 'server',
};

/** A failure with its type and its advice, as it travels to the caller. */
export function toFluxError(error: unknown): unknown {
  if (isRpcError(error) || !isGitopsError(error)) return error;
  const { code, message, hint } = error;
  return fluxError({
    type: types[code],
    message,
    help: hint === undefined ? message : `${message}\n\n${hint}.`,
    cause: error,
  });
}

/** What the caller has to change. */
export const userError = (message: string, help?: string): Error =>
  fluxError({ type: 'user', message, ...(help === undefined ? {} : { help: `${message}\n\n${help}` }) });
