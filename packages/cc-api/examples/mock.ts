import { createCcClient, isCcApiError, parseCluster } from '@moorline/cc-api';
import { ccMock } from '@moorline/cc-api/msw';
import { setupServer } from 'msw/node';

const server = setupServer(...ccMock.handlers); // a success of every operation
server.listen({ onUnhandledRequest: 'error' });
const cc = createCcClient({ baseUrl: 'https://cc.example.org', token: 'any' });

server.use(ccMock.stopJob.respond(422)); // every status of every operation, in the server's words
const error = await cc.stopJob({ jobId: 1, stopTime: 1_700_000_000 }).catch((thrown: unknown) => thrown);
console.log(isCcApiError(error) && [error.code, error.details['state']]);

server.use(ccMock.getJob.empty()); // and what no document tells: empty(), text(), twice(), networkError()
console.log(await cc.getJob(7).catch((thrown: unknown) => isCcApiError(thrown) && thrown.code));

const cluster = parseCluster({
  name: 'demo',
  metricConfig: [{ name: 'load_one', timestep: 60 }],
  subClusters: [{ name: 'main', nodes: 'n[01-16]' }],
});
server.resetHandlers(...ccMock.simulate({ clusters: [cluster] }).handlers); // a small server
const job = {
  jobId: 1,
  cluster: 'demo',
  user: 'alice',
  numNodes: 1,
  resources: [{ hostname: 'n01' }],
  startTime: 1000,
};
await cc.startJob(job);
const { duration } = await cc.stopJob({ jobId: 1, stopTime: 1060 });
console.log(duration, (await cc.listJobs()).jobs.length);

server.close();
