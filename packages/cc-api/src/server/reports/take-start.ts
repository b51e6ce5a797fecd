import { decodeGoJson } from '../../wire/go-json/decode.js';
import type { Decoded } from '../../wire/go-json/types.js';
import type { Cluster } from '../../wire/models/cluster.js';
import type { Resource } from '../../wire/models/job.js';
import { isShared, type MonitoringStatus } from '../../wire/models/vocabulary.js';
import { startJobBody } from '../../wire/request-bodies.js';
import { subClusterOf } from '../../wire/cluster/subcluster-of.js';
import { mayReport } from '../auth/principal.js';
import { canWriteTag, whyNotWritable } from '../auth/tag-rules.js';
import type { StartJob } from '../backend.js';
import { type Applied, type NotFound, notFound, type Refused, refused, type Take } from './outcome.js';

/** A job with that id, which started less than a day before or behind this one, is there. */
export interface DuplicateStart {
  outcome: 'duplicate';
  /** The row of the job that is there. */
  id: number;
  /** Of the start that was refused, Unix seconds. */
  startTime: number;
  status: 422;
  error: string;
}

/** The start of a job (docs/protocol.md §3.4). A job whose tag is refused is stored all the same. */
export const takeStart: Take<Applied | DuplicateStart | NotFound | Refused> = async (bytes, principal, { backend }) => {
  const body = decodeGoJson(bytes, startJobBody);
  if (!body.ok) return refused(400, `parsing request body failed: ${body.error}`);
  const { cluster: name = '' } = body.value ?? {};
  const cluster = (await backend.clusters()).find((candidate) => candidate.name === name);
  if (cluster === undefined) return notFound(400, `no such cluster: ${name}`);
  const job = toStartJob(body.value ?? {}, cluster);
  if (typeof job === 'string') return refused(400, job);

  const foreign = job.resources.find(({ hostname }) => !mayReport(principal, job.cluster, hostname));
  if (foreign !== undefined) {
    return refused(403, `this token may not start jobs on host ${foreign.hostname} of cluster ${job.cluster}`);
  }

  // The original inserts the job, then adds the tags one by one as the token's user, and stops at the first refused.
  const { tags = [], startTime } = job;
  const refusedTag = tags.findIndex(({ scope }) => !canWriteTag(principal, scope));
  const started = await backend.startJob(refusedTag < 0 ? job : { ...job, tags: tags.slice(0, refusedTag) });
  const { id } = started;
  if (started.outcome === 'duplicate') {
    const error = `a job with that jobId, cluster and startTime already exists: dbid: ${id}, jobid: ${job.jobId}`;
    return { outcome: 'duplicate', id, startTime, status: 422, error };
  }
  if (refusedTag >= 0) return refused(500, `adding tag to new job ${id} failed: ${whyNotWritable(principal)}`);
  return { outcome: 'applied' };
};

type Body = Decoded<typeof startJobBody>;

/** Checks what was decoded, in the original's order. @returns the job, or why it is none. */
function toStartJob(body: Body, cluster: Cluster): StartJob | string {
  const { user = '', shared = 'none', monitoringStatus = 1 } = body;
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
  const job: StartJob = {
    cluster: cluster.name,
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
  };
  // One by one: spreading an object for each of them takes as long as all the checks above.
  if (body.partition !== undefined) job.partition = body.partition;
  if (tags.length > 0) job.tags = tags;
  if (body.footprint !== undefined) job.footprint = withoutNull(body.footprint, 0);
  if (body.metaData !== undefined) job.metaData = withoutNull(body.metaData, '');
  if (body.arrayJobId !== undefined) job.arrayJobId = body.arrayJobId;
  if (body.walltime !== undefined) job.walltime = body.walltime;
  if (smt !== 0) job.smt = smt;
  if (numAcc !== 0) job.numAcc = numAcc;
  if (numHwthreads !== 0) job.numHwthreads = numHwthreads;
  return job;
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
  if (isWithoutNull(map)) return map;
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value ?? zero]));
}

function isWithoutNull<T>(map: Record<string, T | null>): map is Record<string, T> {
  return !Object.values(map).includes(null);
}

function isMonitoringStatus(value: number): value is MonitoringStatus {
  return value >= 0 && value <= 3;
}
