import { createCcClient, isCcApiError, parseCluster } from '@moorline/cc-api';
import { ccMock } from '@moorline/cc-api/msw';
import { getResponse, type RequestHandler } from 'msw';
import { equal, failureOf } from './check.js';

/** A client whose requests the mocks answer, without a service worker or an interceptor in between. */
const clientOf = (handlers: readonly RequestHandler[]) =>
  createCcClient({
    baseUrl: 'https://cc.example.org',
    token: 'any',
    fetch: async (input, init) => {
      const response = await getResponse([...handlers], new Request(input, init));
      if (response === undefined) throw new Error('no mock answers');
      return response;
    },
  });

/** Meets a refusal of the mocks, then starts a job at the simulated server. */
export async function run(): Promise<void> {
  const refused = await failureOf(
    clientOf([ccMock.stopJob.respond(422)]).stopJob({ jobId: 1, stopTime: 1_700_000_000 }),
  );
  equal(isCcApiError(refused) && refused.status, 422);

  const cluster = parseCluster({
    name: 'demo',
    metricConfig: [{ name: 'load_one', timestep: 60 }],
    subClusters: [{ name: 'main', nodes: 'n[01-16]' }],
  });
  const cc = clientOf(ccMock.simulate({ clusters: [cluster] }).handlers);
  const job = { cluster: 'demo', user: 'alice', numNodes: 1, resources: [{ hostname: 'n01' }], startTime: 1000 };
  await cc.startJob({ ...job, jobId: 1 });
  equal((await cc.stopJob({ jobId: 1, stopTime: 1060 })).duration, 60);
}
