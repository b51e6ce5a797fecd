import { readFileSync } from 'node:fs';
import type { Logger } from '@moorline/core';
import type { ClusterView, Jobs, ManifestRepository, Resource, WorkloadResult } from '@moorline/gitops';
import {
  allResources,
  type ControllerStatus,
  type ImageStatus,
  parseResourceId,
  parseResourceSpec,
} from '@moorline/rpc-versioned';
import { type CallContext, type DaemonHandler, fluxError, type Loosely } from '@moorline/rpc-versioned/server';
import { toFluxError, userError } from './flux-errors.js';
import type { ImageSource } from './image-source.js';
import { commitMessage, type JobOutcome, jobStatusOf } from './job-status.js';
import { controllerOf, imagesOf, withFields } from './list-workloads.js';
import { readUpdate } from './read-update.js';

export interface HandlerOptions {
  version: string;
  repository: ManifestRepository;
  jobs: Jobs<JobOutcome>;
  remote: { url: string; branch: string; path: string };
  isReadOnly: boolean;
  /** Private key; beside it, with `.pub`, may be the public one. */
  sshKeyFile?: string | undefined;
  /** Has the repository looked at soon. */
  lookSoon: () => void;
  /** Where workloads are looked up; one that fails makes the list fail. */
  cluster?: ClusterView | undefined;
  images?: ImageSource | undefined;
  logger: Logger;
}

/** What the daemon lists is in the repository, beside what a cluster says of it; what it changes are manifests in it. */
export function createHandler(options: HandlerOptions): DaemonHandler {
  const { version, repository, jobs, remote, isReadOnly, sshKeyFile, lookSoon, cluster, images, logger } = options;
  const readOnly = isReadOnly ? 'ReadOnlyMode' : '';

  const controllers = async (
    resources: readonly Resource[],
    { signal }: CallContext,
  ): Promise<Loosely<ControllerStatus[]>> => {
    const ids = resources.map(({ id }) => id);
    const live = await cluster?.workloads(ids, signal);
    return resources.map((resource) => controllerOf(resource, { live: live?.get(resource.id), readOnly }));
  };

  const imageStatuses = async (
    spec: string,
    namespace: string,
    fields: readonly string[],
    { signal }: CallContext,
  ): Promise<Loosely<ImageStatus[]>> => {
    const resources = resourcesFor(spec, namespace);
    return Promise.all(
      resources.map(async (resource) => ({
        ID: resource.id,
        Containers: withFields(await imagesOf(resource, images, signal), fields),
      })),
    );
  };

  const resourcesFor = (spec: string, namespace: string): Resource[] => {
    const { manifests } = repository;
    if (spec === allResources) return manifests.workloads(namespace === '' ? undefined : namespace);
    if (namespace !== '') throw userError("cannot filter by 'namespace' and 'workload' at the same time");
    if (parseResourceId(spec) === undefined) throw userError(`parsing ${spec}: invalid service ID`);
    const resource = manifests.find(parseResourceSpec(spec));
    return resource?.isWorkload === true ? [resource] : [];
  };

  return withFluxErrors({
    version: () => version,

    export: () => new TextEncoder().encode(repository.manifests.asStream()),

    listServices: (namespace, context) =>
      controllers(repository.manifests.workloads(namespace === '' ? undefined : namespace), context),

    listServicesWithOptions({ Namespace, Services }, context) {
      const { manifests } = repository;
      if (Services === null || Services.length === 0) {
        return controllers(manifests.workloads(Namespace === '' ? undefined : Namespace), context);
      }
      if (Namespace !== '') throw userError("cannot filter by 'namespace' and 'services' at the same time");
      return controllers(
        manifests.workloads().filter(({ id }) => Services.includes(id)),
        context,
      );
    },

    listImages: (spec, context) => imageStatuses(spec, '', [], context),

    listImagesWithOptions: ({ Spec, OverrideContainerFields, Namespace }, context) =>
      imageStatuses(Spec, Namespace, OverrideContainerFields ?? [], context),

    syncStatus: (ref) => repository.pending(ref),

    gitRepoConfig(regenerate) {
      if (regenerate) {
        throw userError(
          'this agent makes no keys',
          'Give it another one with --git-ssh-key-file or --git-token-file, and start it again.',
        );
      }
      const { state, problems } = repository.status;
      return {
        remote,
        publicSSHKey: { key: publicKey(sshKeyFile) },
        status: state,
        errors: problems.slice(0, 20).join('\n'),
      };
    },

    notifyChange(change) {
      if (change.Kind === 'image') {
        const { Domain, Image } = change.Source.Name;
        logger.info({ domain: Domain, image: Image }, 'was told of a new image');
        return;
      }
      // A push to another branch of the same repository is none of ours; whatever else is said is a reason to look.
      const isOtherBranch =
        change.Kind === 'git' &&
        change.Source.URL === remote.url &&
        !['', remote.branch].includes(change.Source.Branch);
      if (!isOtherBranch) lookSoon();
    },

    syncNotify: () => lookSoon(),

    updateManifests(update) {
      const requested = readUpdate(update);
      if (requested.kind === 'sync') {
        return jobs.add(async (signal) => {
          const { revision } = await repository.refresh(signal);
          return { revision, results: new Map(), spec: update };
        });
      }
      const { change, isPlanOnly, title } = requested;
      if (isReadOnly && !isPlanOnly) {
        throw userError('this agent makes no commits', 'It was started with --git-read-only.');
      }
      return jobs.add(async (signal) => {
        const message = (results: ReadonlyMap<string, WorkloadResult>) => commitMessage(update, title, results);
        const { revision, results } = await repository.change(change, { message, isPlanOnly, signal });
        logger.info({ revision, title }, 'manifests were changed');
        return { revision, results, spec: update };
      });
    },

    jobStatus(id) {
      const job = jobs.status(id);
      if (job !== undefined) return jobStatusOf(job);
      throw fluxError({
        type: 'missing',
        message: `unknown job ${JSON.stringify(id.slice(0, 100))}`,
        help: 'Jobs are remembered until the agent ends, the last thousand of them. What a job has changed is in the log of the repository.',
      });
    },
  });
}

/** Every method fails in the protocol's terms. */
function withFluxErrors(handler: DaemonHandler): DaemonHandler {
  const wrapped = Object.entries(handler).map(([name, method]) => [
    name,
    async (...given: unknown[]) => {
      try {
        return await (method as (...given: unknown[]) => unknown)(...given);
      } catch (error) {
        throw toFluxError(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as DaemonHandler;
}

function publicKey(sshKeyFile: string | undefined): string {
  if (sshKeyFile === undefined) return '';
  try {
    const key = readFileSync(`${sshKeyFile}.pub`, 'utf8');
    return /^(?:ssh|ecdsa|sk)-[\w@.-]+ /.test(key) ? key : '';
  } catch {
    return '';
  }
}
