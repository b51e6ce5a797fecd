import type { Decoded } from '../../wire/go-json/types.js';
import type { Cluster } from '../../wire/models/cluster.js';
import type { Resource } from '../../wire/models/job.js';
import { isShared, type MonitoringStatus } from '../../wire/models/vocabulary.js';
import { startJobBody } from '../../wire/request-bodies.js';
import { subClusterOf } from '../../wire/cluster/subcluster-of.js';
import { mayReport } from '../auth/principal.js';
import { canWriteTag, whyNotWritable } from '../auth/tag-rules.js';
import type { StartJob } from '../backend.js';
import { type Handler, readJson } from '../call.js';
import { failure, jsonReply } from '../reply.js';

/** `POST|PUT /api/jobs/start_job/` (docs/protocol.md §3.4). */
export const startJob: Handler = async (call) => {
  const { principal, context } = call;
  const body = await readJson(call, startJobBody, 'parsing request body failed');
  if (!body.ok) return body.response;
  const job = toStartJob(body.value ?? {}, await context.backend.clusters());
  if (typeof job === 'string') return failure(400, job);

  const foreign = job.resources.find(({ hostname }) => !mayReport(principal, job.cluster, hostname));
  if (foreign !== undefined) {
    return failure(403, `this token may not start jobs on host ${foreign.hostname} of cluster ${job.cluster}`);
  }

  // The original inserts the job, then adds the tags one by one as the token's user, and stops at the first refused.
  const { tags = [] } = job;
  const refused = tags.findIndex(({ scope }) => !canWriteTag(principal, scope));
  const started = await context.backend.startJob(refused < 0 ? job : { ...job, tags: tags.slice(0, refused) });
  if (started.outcome === 'duplicate') {
    const error = `a job with that jobId, cluster and startTime already exists: dbid: ${started.id}, jobid: ${job.jobId}`;
    return failure(422, error);
  }
  if (refused >= 0) {
    return failure(500, `adding tag to new job ${started.id} failed: ${whyNotWritable(principal)}`);
  }
  return jsonReply(201, '{"msg":"success"}');
};

type Body = Decoded<typeof startJobBody>;

/** Checks what was decoded, in the original's order. @returns the job, or why it is none. */
function toStartJob(body: Body, clusters: readonly Cluster[]): StartJob | string {
  const { cluster: clusterName = '', user = '', shared = 'none', monitoringStatus = 1 } = body;
  const cluster = clusters.find(({ name }) => name === clusterName);
  if (cluster === undefined) return `no such cluster: ${clusterName}`;

  const resources = toResources(body.resources);
  if (resources === undefined) return "'resources' should not hold null";
  const subCluster = assignSubCluster(cluster, body.subCluster, resources);
  if (!subCluster.ok) return `ARCHIVE/CLUSTERCONFIG > ${subCluster.error}`;

  if (resources.length === 0 || user === '') return "'resources' and 'user' should not be empty";
  const { numAcc = 0, numHwthreads = 0, numNodes = 0, smt = 0 } = body;
  if (numAcc < 0 || numHwthreads < 0 || numNodes < 1) return "'numNodes', 'numAcc' or 'numHWThreads' invalid";
  if (resources.length !== numNodes)
    return `len(resources) does not equal numNodes (${resources.length} vs ${numNodes})`;
  if (!isShared(shared)) return `invalid value of 'shared': ${JSON.stringify(shared)}`;
  if (!isMonitoringStatus(monitoringStatus)) return `'monitoringStatus' should be 0, 1, 2 or 3`;

  const tags = toTags(body.tags);
  if (tags === undefined) return "'tags' should not hold null";
  return {
    cluster: clusterName,
    subCluster: subCluster.name,
    project: body.project ?? '',
    user,
    shared,
    monitoringStatus,
    resources,
    numNodes,
    jobId: body.jobId ?? 0,
    startTime: body.startTime ?? 0,
    energy: body.energy ?? 0,
    ...(body.partition === undefined ? {} : { partition: body.partition }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(body.footprint === undefined ? {} : { footprint: withoutNull(body.footprint, 0) }),
    ...(body.metaData === undefined ? {} : { metaData: withoutNull(body.metaData, '') }),
    ...(body.arrayJobId === undefined ? {} : { arrayJobId: body.arrayJobId }),
    ...(body.walltime === undefined ? {} : { walltime: body.walltime }),
    ...(smt === 0 ? {} : { smt }),
    ...(numAcc === 0 ? {} : { numAcc }),
    ...(numHwthreads === 0 ? {} : { numHwthreads }),
  };
}

function assignSubCluster(
  cluster: Cluster,
  given: string | undefined,
  resources: readonly Resource[],
): { ok: true; name: string } | { ok: false; error: string } {
  if (given !== undefined && given !== '') {
    // The spelling is the original's.
    const error = `already assigned subcluster ${given} unkown (cluster: ${cluster.name})`;
    return cluster.subClusters.some(({ name }) => name === given) ? { ok: true, name: given } : { ok: false, error };
  }
  const [first] = resources;
  if (first === undefined) return { ok: false, error: 'job without any resources/hosts' };
  const found = subClusterOf(cluster, first.hostname);
  if (found !== undefined) return { ok: true, name: found.name };
  return { ok: false, error: `no subcluster found for cluster ${cluster.name} and host ${first.hostname}` };
}

/** @returns undefined where an element is null: the original crashes over it, then or when the job ends. */
function toResources(decoded: Body['resources'] = []): Resource[] | undefined {
  if (!decoded.every((resource) => resource !== null)) return undefined;
  return decoded.map(({ hostname = '', configuration, hwthreads, accelerators }) => ({
    hostname,
    ...(configuration === undefined ? {} : { configuration }),
    ...(hwthreads === undefined ? {} : { hwthreads: hwthreads.map((thread) => thread ?? 0) }),
    ...(accelerators === undefined ? {} : { accelerators: accelerators.map((id) => id ?? '') }),
  }));
}

function toTags(decoded: Body['tags'] = []): { type: string; name: string; scope: string }[] | undefined {
  if (!decoded.every((tag) => tag !== null)) return undefined;
  return decoded.map(({ type = '', name = '', scope = '' }) => ({
    type,
    name,
    scope: scope === '' ? 'global' : scope,
  }));
}

function withoutNull<T>(map: Record<string, T | null>, zero: T): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value ?? zero]));
}

function isMonitoringStatus(value: number): value is MonitoringStatus {
  return value >= 0 && value <= 3;
}
