import type { RequestOptions } from 'node:https';
import { redactUrl } from '@moorline/core';
import type { KubeConfig } from '@kubernetes/client-node';
import { GitopsError } from '../error.js';

/** What is used of the client library: it reads kubeconfig files, and knows all the ways to sign in that they name. */
export interface KubernetesModule {
  KubeConfig: new () => KubeConfig;
}

/** Where a cluster answers, and how one signs in there. */
export interface ClusterAccess {
  /** The URL of the API server, without a slash at its end. */
  server: string;
  /** Certificates, agent and headers of a request. Secret. */
  options: RequestOptions;
}

/** The version that is tested with. */
export const kubernetesModule = '@kubernetes/client-node@1.4.0';

/**
 * Loads the client library on first need: without a cluster it need not be there.
 *
 * @throws GitopsError `cluster_module_missing`.
 */
export async function loadKubernetes(load: () => Promise<KubernetesModule>): Promise<KubernetesModule> {
  try {
    return await load();
  } catch (cause) {
    throw new GitopsError('loading @kubernetes/client-node failed, with which a cluster is asked', {
      code: 'cluster_module_missing',
      hint: `run "npm install --global ${kubernetesModule}", without --global where the agent is not global: it is an optional peer of the agent`,
      cause,
    });
  }
}

/**
 * Reads a kubeconfig file. What the library's errors quote of it may be secret: none of it goes into ours.
 *
 * @param context its name; undefined: the current one of the file.
 * @throws GitopsError `bad_kubeconfig`.
 */
export function readKubeconfig({ KubeConfig }: KubernetesModule, file: string, context?: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
    throw badKubeconfig(file, `cannot be read as a kubeconfig${code}`);
  }
  const name = context ?? config.getCurrentContext();
  if (config.getContextObject(name) === null) {
    const others = config
      .getContexts()
      .map((known) => known.name)
      .join(', ');
    throw badKubeconfig(file, `has no context ${JSON.stringify(name ?? '')}: it has ${others.slice(0, 200) || 'none'}`);
  }
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  if (cluster === null || !/^https?:/.test(cluster.server) || !URL.canParse(cluster.server)) {
    throw badKubeconfig(file, `names no cluster with a URL in its context ${name}`);
  }
  if (cluster.server.startsWith('http:') && cluster.skipTLSVerify !== true) {
    throw badKubeconfig(file, `names ${redactUrl(cluster.server)}, where credentials would be readable on the way`);
  }
  return config;
}

/**
 * Signs in as the file says, which may run a program or ask another server.
 *
 * @throws GitopsError `cluster_unauthorized`, without what went wrong in the library: that may be secret.
 */
export async function accessOf(config: KubeConfig, file: string): Promise<ClusterAccess> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    throw new GitopsError(`the credentials of the context ${config.getCurrentContext()} of ${file} cannot be had`, {
      code: 'cluster_unauthorized',
      hint: `does "kubectl --kubeconfig ${file} --context ${config.getCurrentContext()} get deployments" work for the agent's user?`,
    });
  }
  return { server: (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, ''), options };
}

const badKubeconfig = (file: string, what: string): GitopsError =>
  new GitopsError(`${file} ${what}`, {
    code: 'bad_kubeconfig',
    hint: `look at it with "kubectl --kubeconfig ${file} config view"`,
  });
