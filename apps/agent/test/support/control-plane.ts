import type { AddressInfo } from 'node:net';
import { type Cluster, parseCluster, withGeneratedLists } from '@moorline/cc-api';
import { ccFastifyPlugin } from '@moorline/cc-api/fastify';
import { createTokenIssuer, createTokenVerifier, generateTokenKeys } from '@moorline/cc-api/server';
import { createInMemoryBackend, type InMemoryBackend } from '@moorline/cc-api/testing';
import { createLoginListener, createMemoryLoginStore, type MemoryLoginStore } from '@moorline/login-client/server';
import { decodeMetricSamples } from '@moorline/nats-lineproto';
import type { EngineReport } from '../../src/workers/engine-report.js';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';

/** What the control plane does with a request instead of answering it. */
export type Fault = (request: { method: string; url: string }, reply: FastifyReply) => 'answered' | 'pass';

/**
 * A control plane in the test's own process: the real ClusterCockpit handlers over a storage in memory, and Moorline's
 * token and description routes. It can go away and come back with everything it knows, on the same port.
 */
export interface TestControlPlane {
  readonly url: string;
  readonly backend: InMemoryBackend;
  /** Registration tokens and the machines that enrolled with them. */
  readonly logins: MemoryLoginStore;
  /** Described hosts as `cluster/host`, and clusters as `cluster`, each as often as it was described. */
  readonly described: string[];
  /** What agents told of themselves, with the machine that each came from. */
  readonly reports: { machine: string; report: EngineReport }[];
  /** Method and path of every request that reached it. */
  readonly requests: string[];
  /** Looks at every request first. */
  fault: Fault;
  /** Machine tokens of before are no good any more. */
  forgetKeys(): Promise<void>;
  /** Whole clusters that the machine may report for; `*` = all. */
  scope: string[];
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export const testMachine = {
  machineId: 'machine-a',
  sessionToken: 'session-a',
  machineNumber: 7,
  cluster: 'lab',
  host: 'node01',
};

const tokenBody = z.strictObject({ machineID: z.string() });
const hostBody = z.object({ subCluster: z.record(z.string(), z.unknown()), metricConfig: z.array(z.unknown()) });

export async function startControlPlane(): Promise<TestControlPlane> {
  const clusters: Cluster[] = [];
  const backend = { ...createInMemoryBackend({ clusters: [] }), clusters: () => Promise.resolve(clusters) };
  let keys = await generateTokenKeys();
  let verify = createTokenVerifier({ publicKey: keys.publicKey });
  let port = 0;
  let app: FastifyInstance | undefined;

  const logins = createMemoryLoginStore();
  const plane = {
    url: '',
    backend,
    logins,
    described: [] as string[],
    requests: [] as string[],
    reports: [] as TestControlPlane['reports'],
    fault: (() => 'pass') as Fault,
    scope: ['*'],
    async forgetKeys() {
      keys = await generateTokenKeys();
      verify = createTokenVerifier({ publicKey: keys.publicKey });
    },
    async goAway() {
      await app?.close();
      app = undefined;
    },
    async comeBack() {
      app = await serve();
      await app.listen({ port, host: '127.0.0.1' });
      const address = app.server.address();
      port = isAddress(address) ? address.port : port;
      plane.url = `http://127.0.0.1:${port}`;
    },
    close: () => plane.goAway(),
  };

  const keep = (cluster: Cluster): void => {
    const at = clusters.findIndex(({ name }) => name === cluster.name);
    if (at >= 0) clusters.splice(at, 1);
    clusters.push(withGeneratedLists(cluster));
  };

  async function serve(): Promise<FastifyInstance> {
    const server = fastify({ forceCloseConnections: true });
    server.addHook('onRequest', (request, reply, next) => {
      plane.requests.push(`${request.method} ${request.url}`);
      if (plane.fault(request, reply) === 'pass') next();
    });
    await server.register(ccFastifyPlugin, {
      backend,
      verifyToken: (token) => verify(token),
      decodeMetrics: (body, options) => decodeMetricSamples(body, { ...options, now: options.now * 1000 }),
    });
    await server.register(async (routes) => {
      routes.removeAllContentTypeParsers();
      routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
      routes.all('/api/v1/login', (request, reply) => {
        reply.hijack();
        createLoginListener({ store: logins })(request.raw, reply.raw);
      });
    });
    server.post('/moorline/v1/token', async (request, reply) => {
      const bearer = request.headers.authorization?.slice('Bearer '.length) ?? '';
      const { machineID } = tokenBody.parse(request.body);
      if (bearer !== testMachine.sessionToken && !logins.isSessionToken(machineID, bearer)) {
        return reply.code(401).send({ code: 'unauthorized', message: 'no such session', hint: 'log in again' });
      }
      const { cluster, host, machineNumber } = testMachine;
      const scope = [{ cluster, hosts: [host] }, ...plane.scope.map((name) => ({ cluster: name }))];
      const token = await createTokenIssuer({ privateKey: keys.privateKey }).issue({
        subject: machineID,
        roles: ['api'],
        scope,
      });
      return { token, expiresAt: Math.floor(Date.now() / 1000) + 3600, machineNumber, cluster, host, scope };
    });
    server.put<{ Body: EngineReport }>('/moorline/v1/report', async ({ headers, body }, reply) => {
      const verdict = await verify(headers.authorization?.slice('Bearer '.length) ?? '');
      if (!verdict.ok) return reply.code(401).send({ code: 'unauthorized', message: verdict.error });
      plane.reports.push({ machine: verdict.principal.subject, report: body });
      return reply.code(204).send();
    });
    server.put<{ Params: { cluster: string } }>('/moorline/v1/clusters/:cluster', async ({ params, body }, reply) => {
      if (!plane.scope.includes('*') && !plane.scope.includes(params.cluster)) {
        return reply.code(403).send({ code: 'out_of_scope', message: `not for ${params.cluster}` });
      }
      keep(parseCluster(body));
      plane.described.push(params.cluster);
      return reply.code(204).send();
    });
    server.put<{ Params: { cluster: string; host: string } }>(
      '/moorline/v1/clusters/:cluster/hosts/:host',
      async ({ params: { cluster, host }, body }, reply) => {
        const { subCluster, metricConfig } = hostBody.parse(body);
        keep(parseCluster({ name: cluster, metricConfig, subClusters: [{ ...subCluster, name: host, nodes: host }] }));
        plane.described.push(`${cluster}/${host}`);
        return reply.code(204).send();
      },
    );
    return server;
  }

  await plane.comeBack();
  return plane;
}

const isAddress = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

/** Every job of a cluster. */
export function jobsOf(plane: TestControlPlane, cluster: string) {
  return plane.backend.listJobs({ cluster }, { page: 1, itemsPerPage: 1_000_000 }, { jobs: 'all' }, { metaData: true });
}
