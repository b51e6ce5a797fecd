import { type Cluster, isCcApiError, parseCluster, type SubCluster, toNodeName } from '@moorline/cc-api';
import type { Principal } from '@moorline/cc-api/server';
import { z } from 'zod';
import { MoorlineApiError } from './error.js';
import { coversCluster, coversHost } from './scope.js';

/** What a machine says of itself: its hardware and the metrics that it measures. */
export interface HostDescription {
  subCluster: Omit<SubCluster, 'name' | 'nodes' | 'metricConfig' | 'footprint' | 'energyFootprint'>;
  metricConfig: Cluster['metricConfig'];
}

/** Where descriptions are kept; `Clusters` of `@moorline/cc-store` is one. */
export interface ClusterDescriptions {
  /** Rejects where the description makes no sense. */
  putCluster(cluster: Cluster): Promise<void>;
  describeHost(cluster: string, host: string, description: HostDescription): Promise<void>;
}

export interface ClusterOptions {
  descriptions: ClusterDescriptions;
  /** Whether this failure of `descriptions` is the description's fault, not the store's. */
  isRefusal(error: unknown): error is Error;
}

/** Makes the handlers of `PUT /moorline/v1/clusters/…`: a head node describes its cluster, a machine itself. */
export function createClusterHandlers({ descriptions, isRefusal }: ClusterOptions) {
  const store = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      throw isRefusal(error) ? badCluster(error.message, error) : error;
    });
  return {
    /** @throws MoorlineApiError `out_of_scope` or `bad_cluster`. */
    async putCluster(request: { principal: Principal; cluster: string; body: unknown }): Promise<void> {
      const { principal, cluster } = request;
      if (!coversCluster(principal.scope, cluster)) {
        throw outOfScope(
          `the token does not reach the whole cluster ${cluster}`,
          `token create … --cluster ${cluster}`,
        );
      }
      const described = readCluster(request.body);
      if (described.name !== cluster)
        throw badCluster(`the body describes ${described.name}, the path names ${cluster}`);
      await store(descriptions.putCluster(described));
    },
    /** @throws MoorlineApiError `out_of_scope` or `bad_cluster`. */
    async putHost(request: { principal: Principal; cluster: string; host: string; body: unknown }): Promise<void> {
      const { principal, cluster, host } = request;
      if (!coversHost(principal.scope, cluster, host)) {
        throw outOfScope(
          `the token does not reach host ${host} of cluster ${cluster}`,
          `token create --group ${cluster}`,
        );
      }
      if (!isNodeName(host)) throw badCluster(`${JSON.stringify(host)} is no node name`);
      await store(descriptions.describeHost(cluster, host, readHost(cluster, host, request.body)));
    },
  };
}

function readCluster(body: unknown): Cluster {
  try {
    return parseCluster(body);
  } catch (error) {
    throw isCcApiError(error) ? badCluster(error.message, error) : error;
  }
}

const hostBody = z.strictObject({ subCluster: z.record(z.string(), z.unknown()), metricConfig: z.unknown() });

/** Checked as the cluster that it would be alone: the rules are the same. */
function readHost(cluster: string, host: string, body: unknown): HostDescription {
  const parts = hostBody.safeParse(body);
  if (!parts.success) throw badCluster(`the body is not accepted: ${z.prettifyError(parts.error)}`);
  const { subCluster, metricConfig } = parts.data;
  const alone = readCluster({ name: cluster, metricConfig, subClusters: [{ ...subCluster, name: host, nodes: host }] });
  const [described] = alone.subClusters;
  if (described === undefined) throw badCluster('the body describes no hardware');
  const { name: _, nodes: __, ...hardware } = described;
  return { subCluster: hardware, metricConfig: alone.metricConfig };
}

function isNodeName(host: string): boolean {
  try {
    return toNodeName(host) === host;
  } catch {
    return false;
  }
}

const outOfScope = (message: string, command: string): MoorlineApiError =>
  new MoorlineApiError(message, {
    code: 'out_of_scope',
    hint: `enrol with a registration token that does: moorline-server ${command}`,
  });

const badCluster = (message: string, cause?: unknown): MoorlineApiError =>
  new MoorlineApiError(message, { code: 'bad_cluster', hint: 'correct the description and send it again', cause });
