import type { Clock } from '@moorline/core';
import { createMemoryServer, type MemoryServer } from '../testing/create-memory-server.js';
import type { OperationId } from '../wire/models.js';
import { routeOf } from '../wire/route-of.js';

/** Samples are of one moment: 2026-01-01. */
const moment = 1_767_225_600_000;

const stopped: Clock = {
  now: () => moment,
  monotonic: () => 0,
  setTimer: () => ({ cancel: () => undefined, unref: () => undefined }),
};

/** What is asked for a sample; names are those of a memory server. */
interface Question {
  params?: Readonly<Record<string, string>>;
  query?: string;
  body?: (server: MemoryServer) => unknown;
  token?: string;
}

const fritz = { cluster: 'fritz', host: 'f02' };
const machine = { machineID: 'machine-f02' };

const questions: Partial<Record<OperationId, Question>> = {
  exchangeToken: { body: () => machine, token: 'session-token-of-machine-f02' },
  takeIdentity: { body: () => ({ ...machine, claim: 'x'.repeat(24) }), token: 'session-token-of-machine-f02' },
  redeemLink: { body: async ({ links }) => ({ link: (await links.create('admin')).link }) },
  putCluster: {
    params: { cluster: 'fritz' },
    body: ({ backend }) => backend.clusters.find(({ name }) => name === 'fritz'),
    token: 'api',
  },
  putHost: { params: fritz, body: hostBody, token: 'machine:machine-f02' },
  listNodes: { params: fritz, query: '?metric=cpu_load,mem_bw' },
  getNode: { params: fritz },
  listNodeStates: { params: fritz, query: '?limit=5' },
  getNodeMetrics: { params: fritz, query: '?metric=cpu_load,mem_bw' },
  searchJobs: { query: '?limit=5&count=true' },
  getJob: { params: { id: '1' } },
  getJobMetrics: { params: { id: '1' }, query: '?metric=cpu_load,mem_bw&points=100' },
  getMachine: { params: { id: 'machine-f02' } },
  putReport: { body: ({ backend }) => backend.machines.get('machine-f02')?.report, token: 'machine:machine-f02' },
  createRegistration: { body: () => ({ group: 'fritz', expiresInMs: 3_600_000, uses: 1, clusters: [] }) },
  revokeRegistration: { params: { id: 'reg-4' } },
};

/** A body and what it is called. */
interface Sample {
  text: string;
  headers: [string, string][];
}

const made = new Map<OperationId, Promise<Sample>>();

/** The success of an operation, as a server in memory gives it; always the same. */
export function sampleOf(operation: OperationId): Promise<Sample> {
  const sample = made.get(operation) ?? makeSample(operation);
  made.set(operation, sample);
  return sample;
}

async function makeSample(operation: OperationId): Promise<Sample> {
  const { params = {}, query = '', body, token } = questions[operation] ?? {};
  const { method, path } = routeOf(operation);
  const server = createMemoryServer({ user: 'admin', clock: stopped });
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const content = body === undefined ? undefined : JSON.stringify(await body(server));
  const answer = await server.fetch(`http://localhost/moorline/v1${filled}${query}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(content === undefined ? {} : { body: content }),
  });
  server.close();
  return { text: await answer.text(), headers: [...answer.headers] };
}

function hostBody({ backend }: MemoryServer): unknown {
  const [cluster] = backend.clusters;
  const { name: _, nodes: __, ...subCluster } = cluster?.subClusters[0] ?? { name: '', nodes: '' };
  return { subCluster, metricConfig: cluster?.metricConfig ?? [] };
}
