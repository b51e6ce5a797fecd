import { parseCluster } from '@moorline/cc-api';
import { createCcHandler, createTokenVerifier, generateTokenKeys } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';

const cluster = parseCluster({
  name: 'demo',
  metricConfig: [{ name: 'load_one', timestep: 60 }],
  subClusters: [{ name: 'main', nodes: '*' }],
});

const handler = createCcHandler({
  backend: createInMemoryBackend({ clusters: [cluster] }),
  verifyToken: createTokenVerifier(await generateTokenKeys()),
  decodeMetrics: () => ({ samples: [] }),
});

const response = await handler(new Request('https://cc.example.org/api/jobs/'), { remoteAddress: '192.0.2.1' });
console.log(response.status, await response.text());
