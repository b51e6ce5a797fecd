import { type Clock, isTimeoutError, withDeadline } from '@moorline/core';
import type { KubeConfig } from '@kubernetes/client-node';
import { GitopsError } from '../error.js';
import { isRecord } from '../manifests/read-document.js';
import { memberAt } from '../manifests/workload.js';
import type { ClusterView, LiveWorkload } from './cluster-view.js';
import { type Budget, getJson } from './get-json.js';
import { accessOf, type ClusterAccess, type KubernetesModule, loadKubernetes, readKubeconfig } from './kubeconfig.js';
import { liveWorkload } from './live-workload.js';

export interface KubernetesClusterOptions {
  /** The path of a kubeconfig file. */
  kubeconfig: string;
  /** A context of it; undefined: its current one. */
  context?: string | undefined;
  /** Milliseconds, for all requests of one look together. Default 5,000. */
  timeoutMs?: number | undefined;
  /** Objects that one request asks for, at least 1. Default 250. */
  pageSize?: number | undefined;
  /** Bytes that are read in one look. Default 64 MiB. */
  maxBytes?: number | undefined;
  /** Loads the client library, once. Default: imports it. */
  load?: (() => Promise<KubernetesModule>) | undefined;
  clock?: Clock | undefined;
}

/** Where the API has each kind, in clusters from 1.21 on. */
const collections = new Map([
  ['deployment', { group: 'apps/v1', plural: 'deployments' }],
  ['daemonset', { group: 'apps/v1', plural: 'daemonsets' }],
  ['statefulset', { group: 'apps/v1', plural: 'statefulsets' }],
  ['cronjob', { group: 'batch/v1', plural: 'cronjobs' }],
]);

/** So many namespaces are asked one by one, for which a Role in each is enough; beyond it the whole cluster is. */
const maxNamespaces = 8;

/**
 * A cluster that a kubeconfig file leads to. Nothing is loaded, read or asked before the first look; the file is read
 * again after a look that failed.
 */
export class KubernetesCluster implements ClusterView {
  readonly #options: KubernetesClusterOptions;
  #module: KubernetesModule | undefined;
  #config: KubeConfig | undefined;

  constructor(options: KubernetesClusterOptions) {
    this.#options = options;
  }

  /**
   * @throws GitopsError `cluster_module_missing`, `bad_kubeconfig`, `cluster_unauthorized`, `cluster_forbidden`,
   * `cluster_unreachable`, `cluster_failed`, `too_large`; the signal's reason.
   */
  async workloads(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, LiveWorkload>> {
    const asked = collectionsOf(ids);
    if (asked.length === 0) return new Map();
    const { kubeconfig, context, timeoutMs = 5000, clock } = this.#options;
    try {
      this.#module ??= await loadKubernetes(this.#options.load ?? (() => import('@kubernetes/client-node')));
      const config = (this.#config ??= readKubeconfig(this.#module, kubeconfig, context));
      const look = async (deadline: AbortSignal) =>
        this.#look(await accessOf(config, kubeconfig), asked, new Set(ids), deadline);
      return await withDeadline(look, { timeoutMs, signal, clock });
    } catch (error) {
      this.#config = undefined;
      if (!isTimeoutError(error) || signal.aborted) throw error;
      throw new GitopsError(`the cluster of ${kubeconfig} took longer than ${timeoutMs / 1000} s`, {
        code: 'cluster_unreachable',
        hint: 'is its API server up, and can this machine reach it?',
        isRetryable: true,
        cause: error,
      });
    }
  }

  async #look(
    access: ClusterAccess,
    asked: readonly Collection[],
    wanted: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Map<string, LiveWorkload>> {
    const { pageSize = 250, maxBytes = 64 * 1024 ** 2 } = this.#options;
    const budget: Budget = { bytes: maxBytes };
    const found = new Map<string, LiveWorkload>();
    for (const { kind, path } of asked) {
      let next = '';
      do {
        const query = new URLSearchParams({ limit: String(pageSize), ...(next === '' ? {} : { continue: next }) });
        const page = readPage(await getJson(access, `${path}?${query}`, { budget, signal }), path);
        for (const object of page.objects) {
          const id = idOf(kind, object);
          if (wanted.has(id)) found.set(id, liveWorkload(kind, object));
        }
        next = page.next;
      } while (next !== '');
    }
    return found;
  }
}

interface Collection {
  kind: string;
  path: string;
}

/** What is to be listed, so that no more is asked for than these can be in. */
function collectionsOf(ids: readonly string[]): Collection[] {
  const namespaces = new Map<string, Set<string>>();
  for (const id of ids) {
    const [namespace = '', rest = ''] = id.split(':', 2);
    const [kind = ''] = rest.split('/', 1);
    if (!collections.has(kind)) continue;
    namespaces.set(kind, (namespaces.get(kind) ?? new Set()).add(namespace));
  }
  return [...collections].flatMap(([kind, { group, plural }]) => {
    const of = [...(namespaces.get(kind) ?? [])];
    if (of.length > maxNamespaces) return [{ kind, path: `/apis/${group}/${plural}` }];
    return of.map((namespace) => ({
      kind,
      path: `/apis/${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`,
    }));
  });
}

/** @throws GitopsError `cluster_failed` for what is no list. */
function readPage(answer: unknown, path: string): { objects: readonly unknown[]; next: string } {
  const items = memberAt(answer, ['items']);
  // A list of Go that holds nothing may be null.
  if (!isRecord(answer) || (!Array.isArray(items) && items !== null)) {
    throw new GitopsError(`GET ${path} was answered with something that is no list`, {
      code: 'cluster_failed',
      hint: 'is the server of the kubeconfig the API server of a cluster?',
    });
  }
  const next = memberAt(answer, ['metadata', 'continue']);
  return { objects: items ?? [], next: typeof next === 'string' ? next : '' };
}

function idOf(kind: string, object: unknown): string {
  const [namespace, name] = [memberAt(object, ['metadata', 'namespace']), memberAt(object, ['metadata', 'name'])];
  return typeof namespace === 'string' && typeof name === 'string' ? `${namespace}:${kind}/${name}` : '';
}
