import { createCcClient, parseCluster } from '@moorline/cc-api';
import { ccFastifyPlugin } from '@moorline/cc-api/fastify';
import { createTokenIssuer, createTokenVerifier, generateTokenKeys } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import Fastify from 'fastify';

const cluster = parseCluster({
  name: 'demo',
  metricConfig: [{ name: 'load_one', scope: 'node', aggregation: 'avg', timestep: 60 }],
  subClusters: [{ name: 'main', nodes: 'n[01-16]', topology: { node: [0], socket: [[0]], core: [[0]] } }],
});
const keys = await generateTokenKeys();

const app = Fastify();
await app.register(ccFastifyPlugin, {
  backend: createInMemoryBackend({ clusters: [cluster] }), // yours: a CcBackend over your storage
  verifyToken: createTokenVerifier(keys),
  decodeMetrics: () => ({ samples: [] }), // yours: @moorline/nats-lineproto decodes line protocol
});
const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });

const token = await createTokenIssuer(keys).issue({ subject: 'slurm', roles: ['api'], lifetimeSeconds: 3600 });
const cc = createCcClient({ baseUrl, token });
console.log((await cc.clusters()).map(({ name }) => name));

await app.close();
