import { AppError } from '@moorline/app-kit';
import type { Logger } from '@moorline/core';
import { type ClusterView, isGitopsError, KubernetesCluster, type LiveWorkload } from '@moorline/gitops';
import type { AgentSettings } from '../settings.js';

/** A cluster of which nothing is known while it is away: what is in the repository is told without it. */
export interface OptionalCluster extends ClusterView {
  /** Why the last look failed; undefined where it did not. */
  readonly problem: string | undefined;
}

/**
 * The cluster that the settings name; undefined where they name none. Nothing is read or asked yet.
 *
 * @throws AppError `bad_setting`.
 */
export function openCluster({ kubeconfig, kubeContext }: AgentSettings, logger: Logger): OptionalCluster | undefined {
  if (kubeconfig !== undefined) {
    return optionalCluster(new KubernetesCluster({ kubeconfig, context: kubeContext }), logger);
  }
  if (kubeContext === undefined) return undefined;
  throw new AppError(`--kube-context is ${kubeContext}, and there is no --kubeconfig that has it`, {
    code: 'bad_setting',
    hint: 'give the file with --kubeconfig',
  });
}

/** Says once that the cluster cannot be asked and why, again for another reason, and when it can be. */
function optionalCluster(cluster: ClusterView, logger: Logger): OptionalCluster {
  let problem: string | undefined;
  let kind: string | undefined;
  return {
    get problem() {
      return problem;
    },
    async workloads(ids, signal): Promise<ReadonlyMap<string, LiveWorkload>> {
      try {
        const found = await cluster.workloads(ids, signal);
        if (problem !== undefined) logger.info({}, 'the cluster answers again');
        problem = kind = undefined;
        return found;
      } catch (error) {
        if (signal.aborted) throw error;
        problem = error instanceof Error ? error.message : String(error);
        // Messages name the namespace that was asked for first: for another one they are no other reason.
        const now = isGitopsError(error) ? error.code : problem;
        if (now !== kind) logger.warn({ error }, 'the cluster cannot be asked: its workloads are unknown');
        kind = now;
        return new Map();
      }
    },
  };
}
