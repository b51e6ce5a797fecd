import { type Clock, systemClock } from '@moorline/core';
import { http, type HttpHandler } from 'msw';
import type { DecodeMetrics } from '../server/decode-metrics.js';
import { createCcHandler } from '../server/create-cc-handler.js';
import { routerOptions } from '../server/create-cc-server.js';
import { createRouter } from '../server/router.js';
import { createInMemoryBackend, type InMemoryBackend } from '../testing/in-memory-backend.js';
import { subClusterOf } from '../wire/cluster/subcluster-of.js';
import { CcApiError } from '../wire/error.js';
import type { Cluster } from '../wire/models/cluster.js';
import type { StartJobRequest } from '../wire/models/job-requests.js';
import type { JobState } from '../wire/models/vocabulary.js';

/** A job that the server has from the beginning. */
export interface SimulatedJob extends StartJobRequest {
  /** Default `running`. */
  jobState?: JobState | undefined;
  /** Seconds that it ran, where it has ended. Default 0. */
  duration?: number | undefined;
}

/** What a simulated server begins with. */
export interface SimulationOptions {
  /** Descriptions as `parseCluster` gives them. */
  clusters: readonly Cluster[];
  jobs?: readonly SimulatedJob[] | undefined;
  /** Decodes what is written; without it samples are taken and forgotten. `@moorline/nats-lineproto` has the real one. */
  decodeMetrics?: DecodeMetrics | undefined;
  clock?: Clock | undefined;
}

/** A small server in the place of the mocks. */
export interface Simulation {
  /** For `setupServer(...)` or `server.use(...)`; operations that only a session opens answer as the mocks do. */
  readonly handlers: readonly HttpHandler[];
  /** What the server holds. */
  readonly backend: InMemoryBackend;
}

/**
 * Puts the real handlers over a backend in memory behind msw. Any token opens it, as one of an administrator.
 *
 * @throws CcApiError `invalid_option` for a job whose cluster or host is not among the clusters.
 */
export function simulate(
  { clusters, jobs = [], decodeMetrics = () => ({ samples: [] }), clock = systemClock }: SimulationOptions,
  { baseUrl, handlers }: { baseUrl: string | undefined; handlers: readonly HttpHandler[] },
): Simulation {
  const backend = createInMemoryBackend({ clusters, clock });
  // The mocks answer at the real paths, so the server does.
  const served = { documentedPaths: false, machineState: {} };
  const handle = createCcHandler({
    ...served,
    backend,
    decodeMetrics,
    clock,
    verifyToken: async () => ({ ok: true, principal: { subject: 'mock', roles: new Set(['admin', 'api']) } }),
  });
  const matchRoute = createRouter(routerOptions(served));
  const starts = jobs.map((job) => ({ job, subCluster: subClusterNameOf(job, clusters) }));
  let filled: Promise<void> | undefined;
  const prefix = (baseUrl ?? '').replace(/\/+$/, '');
  const path = (url: string) =>
    url.slice(prefix === '' ? new URL(url).origin.length : prefix.length).replace(/[?#].*$/, '');

  const server = http.all(/.*/, async ({ request }) => {
    if (!request.url.startsWith(prefix) || matchRoute(request.method, path(request.url)).found !== 'operation') return;
    filled ??= fill(backend, starts);
    await filled;
    const inner =
      prefix === '' ? request : new Request(new URL(request.url.slice(prefix.length), 'http://mock'), request);
    return handle(inner, { remoteAddress: '127.0.0.1' });
  });
  return { backend, handlers: [server, ...handlers] };
}

function subClusterNameOf(
  { jobId, cluster, subCluster, resources }: SimulatedJob,
  clusters: readonly Cluster[],
): string {
  const described = clusters.find(({ name }) => name === cluster);
  const found =
    subCluster ?? (described === undefined ? undefined : subClusterOf(described, resources[0]?.hostname ?? '')?.name);
  if (described !== undefined && found !== undefined) return found;
  throw new CcApiError(`job ${jobId} runs where no cluster is described`, {
    code: 'invalid_option',
    hint: 'its cluster and its first host must be among the clusters',
  });
}

async function fill(
  backend: InMemoryBackend,
  starts: readonly { job: SimulatedJob; subCluster: string }[],
): Promise<void> {
  for (const { job, subCluster } of starts) {
    const { jobState = 'running', duration = 0, ...start } = job;
    const { jobId, cluster, startTime, project = '', energy = 0, shared = 'none', monitoringStatus = 1 } = start;
    await backend.startJob({ ...start, subCluster, project, energy, shared, monitoringStatus });
    if (jobState === 'running') continue;
    await backend.stopJob({ jobId, cluster, startTime, stopTime: startTime + duration, jobState }, () => true);
  }
}
