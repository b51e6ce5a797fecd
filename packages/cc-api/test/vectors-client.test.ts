import { type CcClient, createCcClient, isCcApiError, type OperationId, operations } from '@moorline/cc-api';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captured, type Exchange, fill, shared } from '../../../tools/testenv/cc-captures.js';

/** What reads the answer of each operation, and what it gives back of the JSON. */
const readers: Partial<Record<OperationId, [call: (cc: CcClient) => Promise<unknown>, of: (json: never) => unknown]>> =
  {
    startJob: [(cc) => cc.startJob(start), () => ({ outcome: 'started' })],
    stopJob: [(cc) => cc.stopJob({ jobId: 1, stopTime: 1 }), (json) => json],
    listJobs: [(cc) => cc.listJobs(), (json) => json],
    usedNodes: [(cc) => cc.usedNodes(1), ({ usedNodes }: { usedNodes: unknown }) => usedNodes],
    jobMetrics: [(cc) => cc.jobMetrics(1), ({ data }: { data: { jobMetrics: unknown } }) => data.jobMetrics],
    getJob: [(cc) => cc.getJob(1), (json) => json],
    getJobSeries: [(cc) => cc.getJobSeries(1, null), (json) => json],
    clusters: [(cc) => cc.clusters(), ({ clusters }: { clusters: unknown }) => clusters],
    updateNodeStates: [(cc) => cc.updateNodeStates({ cluster: 'demo', nodes: [] }), () => undefined],
    writeMetrics: [(cc) => cc.writeMetrics(''), () => undefined],
  };

const start = {
  ...{ jobId: 1, cluster: 'demo', user: 'alice', numNodes: 1, startTime: 1_700_000_000 },
  resources: [{ hostname: 'n01' }],
};

describe.skipIf(shared === undefined)('the captured answers, read by the client', () => {
  let answer: Exchange;
  let server: Server;
  let cc: CcClient;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        for (const [name, value] of Object.entries(answer.responseHeaders)) response.appendHeader(name, value);
        response.writeHead(answer.status).end(bodyOf(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    cc = createCcClient({ baseUrl: `http://127.0.0.1:${port}`, token: 'token', retry: false });
  });
  afterAll(() => void server.close());

  it('gives every success back whole, and every failure with status and text', async () => {
    const seen = new Map<string, number>();
    for (const exchange of captured()) {
      const operation = operationOf(exchange);
      const reader = operation && readers[operation];
      if (operation === undefined || reader === undefined || exchange.responseHeaders['content-encoding']) continue;
      answer = exchange;
      const [call, of] = reader;
      const result = await call(cc).catch((error: unknown) => error);
      const body = bodyOf(exchange);
      seen.set(operation, (seen.get(operation) ?? 0) + 1);
      if (exchange.status >= 400) {
        expect(isCcApiError(result) && { id: exchange.id, status: result.status, text: result.serverText }).toEqual({
          id: exchange.id,
          status: exchange.status,
          text: textOf(body),
        });
        continue;
      }
      if (/"data":null,"error"/.test(body)) {
        expect(isCcApiError(result) && result.serverText).toBe(JSON.parse(body).error.message);
      } else if (body === '' && /getJob/.test(operation)) {
        expect(isCcApiError(result) && result.code).toBe('metrics_unavailable');
      } else {
        expect([exchange.id, result]).toEqual([exchange.id, of((body === '' ? undefined : JSON.parse(body)) as never)]);
      }
    }
    expect([...seen.keys()].sort()).toEqual(Object.keys(readers).sort());
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(300);
  });
});

function operationOf({ operation, method }: Exchange): OperationId | undefined {
  const found = Object.entries(operations).find(([, { methods, paths }]) =>
    methods.some((one) => one === method && paths.some((path) => operation === `${method} ${path}`)),
  );
  return found?.[0] as OperationId | undefined;
}

function bodyOf({ responseBody }: Exchange): string {
  return fill(responseBody ?? '', new Map([['ANY', JSON.stringify(anyJob)]]), '7');
}

/** The text of an error body: its first document's, or the plain text. */
function textOf(body: string): string {
  const [line = ''] = body.split('\n');
  return line.startsWith('{') ? JSON.parse(line).error : line;
}

const anyJob = {
  ...{ cluster: 'demo', subCluster: 'main', project: 'p', user: 'u', shared: 'none', jobState: 'running' },
  ...{ resources: [], energyFootprint: null, footprint: null, metaData: null, energy: 0, jobId: 1, duration: 1 },
  ...{ concurrentJobs: { items: null, count: 0 }, numNodes: 1, statistics: null, id: 1, startTime: 1 },
};
