import { manifold, type Manifold, outputKey, worker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import { isGitopsError, Jobs, type ManifestRepository } from '@moorline/gitops';
import { createBell } from '../bell.js';
import type { JobOutcome } from '../rpc-daemon/job-status.js';
import { openRepository } from '../rpc-daemon/open-repository.js';
import type { AgentSettings } from '../settings.js';

/** A repository that is looked at in equal steps. */
export interface FollowedRepository {
  repository: ManifestRepository;
  /** Its changes, one after the other. */
  jobs: Jobs<JobOutcome>;
  /** Has it looked at now. */
  lookSoon(): void;
}

export const repositoryKey = outputKey<FollowedRepository>('manifests');

/** Follows the git repository of manifests. Where it cannot be reached, what is known of it is still there. */
export const manifestsManifold = (
  settings: AgentSettings & { gitUrl: string },
  logger: Logger,
  clock: Clock = systemClock,
): Manifold =>
  manifold({
    inputs: ['control'],
    start(context) {
      context.get('control');
      const repository = openRepository(settings, logger);
      const bell = createBell(clock);
      const jobs = new Jobs<JobOutcome>();
      const follow = async (signal: AbortSignal) => {
        for (;;) {
          try {
            await repository.refresh(signal);
          } catch (error) {
            // Said in its status, and in the log when it began.
            if (!isGitopsError(error) || signal.aborted) throw error;
          }
          await bell.wait(Math.max(1000, settings.gitPollInterval), signal);
        }
      };
      const run = (signal: AbortSignal) => follow(signal).finally(() => jobs.close());
      const output: FollowedRepository = { repository, jobs, lookSoon: () => bell.ring() };
      return worker(run, { output, report: () => ({ ...repository.status, jobsQueued: jobs.queued }) });
    },
    outputs: ({ output }) => [repositoryKey.provide(output)],
  });
