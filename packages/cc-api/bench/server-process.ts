/** One server in a process of its own: `bare` (Fastify that parses JSON), `plugin` (the real handlers) or `list` (1,000 jobs). */
import Fastify from 'fastify';
import { parseCluster } from '../src/index.js';
import { ccFastifyPlugin } from '../src/fastify.js';
import { type CcBackend, createTokenIssuer, createTokenVerifier, generateTokenKeys } from '../src/server.js';
import { createInMemoryBackend } from '../src/testing.js';
import { listedJob } from './support.js';

const cluster = parseCluster({
  name: 'demo',
  metricConfig: [{ name: 'load_one', timestep: 60 }],
  subClusters: [{ name: 'main', nodes: 'n[01-16]' }],
});
const keys = await generateTokenKeys();
const token = await createTokenIssuer(keys).issue({ subject: 'slurm', roles: ['api'] });
const app = Fastify();

switch (process.argv[2]) {
  case 'bare':
    app.post('/api/jobs/start_job/', (_, reply) => reply.code(201).send({ msg: 'success' }));
    break;
  case 'plugin': {
    let id = 0;
    const nothing: CcBackend = {
      ...createInMemoryBackend({ clusters: [cluster] }),
      startJob: async () => ({ outcome: 'started', id: ++id }),
    };
    const verifyToken = createTokenVerifier(keys);
    await app.register(ccFastifyPlugin, { backend: nothing, verifyToken, decodeMetrics: () => ({ samples: [] }) });
    break;
  }
  default: {
    const body = JSON.stringify({
      jobs: Array.from({ length: 1000 }, (_, id) => listedJob(id + 1)),
      items: 1000,
      page: 1,
    });
    app.get('/api/jobs/', (_, reply) => reply.type('application/json').send(body));
  }
}

await app.listen({ port: 0, host: '127.0.0.1' });
const address = app.server.address();
process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0, token });
process.on('disconnect', () => process.exit(0));
