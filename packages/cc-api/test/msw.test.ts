import { createCcClient, isCcApiError } from '@moorline/cc-api';
import { createDocumentedRequests } from '@moorline/cc-api/documented';
import { ccMock, createCcMock, type OperationMock } from '@moorline/cc-api/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { calls, start } from './support/calls.js';
import { demo } from './support/clusters.js';
import { schemaPartings } from './support/conform.js';
import { correct, readCorrections, readDocument } from './support/documents.js';
import { captured, shared } from '../../../tools/testenv/cc-captures.js';

const baseUrl = 'https://cc.example.org';
const options = { baseUrl, token: 'token', session: 'cookie', retry: false } as const;
const cc = createCcClient(options);
const server = setupServer();

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const actual = correct(readDocument(), readCorrections('overlay'));
const documented = correct(readDocument(), readCorrections('operation-ids'));
const documentedPairs = Object.entries(documented?.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    Object.entries(operation.responses).map(([status, { schema }]) => ({
      name: `${operation.operationId} ${status}`,
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      operation,
      status: Number(status),
      schema,
    })),
  ),
);

describe('the mocks of the documented view', () => {
  const mocks = createCcMock({ view: 'documented' });
  const requests = createDocumentedRequests(options);

  it('are 29, for 144 pairs', () => {
    expect(documentedPairs).toHaveLength(144);
    expect(new Set(documentedPairs.map(({ id }) => id)).size).toBe(mocks.handlers.length);
  });

  it.each(documentedPairs)(
    '$name comes back as the document describes it',
    async ({ id, method, path, operation, status, schema }) => {
      server.use(mockOf(mocks, id).respond(status));
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '7']);
      const given = {
        path: Object.fromEntries(names),
        query: { ts: 1 },
        ...(operation.consumes && method !== 'GET' ? { body: {} } : {}),
      };
      const ask: (path: string, given: object) => Promise<{ status: number; body: unknown }> = Reflect.get(
        requests,
        method,
      );
      const result = await ask(path, given);
      expect(result.status).toBe(status);
      if (schema === undefined) expect(result.body).toBeUndefined();
      else expect(schemaPartings(documented ?? readDocument(), schema, result.body, 'body')).toEqual([]);
    },
  );
});

describe('the mocks of the actual view', () => {
  const rows = Object.entries(calls).flatMap(([id, call]) =>
    mockOf(ccMock, id).statuses.map((status) => ({ name: `${id} ${status}`, id, call, status })),
  );

  it('are there for every operation, with the statuses of the document and of the server', () => {
    const operations = Object.values(actual?.paths ?? {}).flatMap((methods) => Object.values(methods));
    const ids = operations
      .filter((operation) => operation['x-alias-of'] === undefined)
      .map(({ operationId }) => operationId);
    expect(Object.keys(calls).sort()).toEqual(ids.sort());
    const pairs = operations.flatMap(({ operationId, responses }) =>
      Object.keys(responses).map((status) => `${operationId} ${status}`),
    );
    const names = new Set(rows.map(({ name }) => name));
    const own = pairs.filter((pair) => ids.includes(pair.split(' ')[0] ?? ''));
    expect([...own, ...documentedPairs.map(({ name }) => name)].filter((pair) => !names.has(pair))).toEqual([]);
  });

  it.each(rows)('$name goes through the client', async ({ id, call, status }) => {
    server.use(mockOf(ccMock, id).respond(status));
    const result = await call(cc).catch((error: unknown) => error);
    if (status < 300) {
      expect(isCcApiError(result) ? result.message : undefined).toBeUndefined();
    } else {
      expect(isCcApiError(result) && { operation: result.operation, status: result.status }).toEqual({
        operation: id,
        status,
      });
    }
  });

  it('answer every operation with a success when they are all installed', async () => {
    server.use(...ccMock.handlers);
    const failed: string[] = [];
    for (const [id, call] of Object.entries(calls)) {
      await call(cc).catch((error: unknown) => failed.push(`${id}: ${String(error)}`));
    }
    expect(failed).toEqual([]);
  });

  it('make successes as the corrected document describes them, the same for the same seed', async () => {
    const document = actual ?? readDocument();
    const bodies: string[][] = [];
    for (const seed of [1, 1, 2]) {
      server.resetHandlers(...createCcMock({ seed }).handlers);
      const texts: string[] = [];
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, { responses }] of Object.entries(methods)) {
          const schema = (responses['200'] ?? responses['201'])?.schema;
          const url = baseUrl + path.replace(/\{\w+\}/g, '7');
          const response = await fetch(url, { method: method.toUpperCase() });
          const text = await response.text();
          texts.push(text);
          if (schema === undefined) expect([path, text]).toEqual([path, '']);
          else if (schema.type !== 'string')
            expect([path, schemaPartings(document, schema, JSON.parse(text), '')]).toEqual([path, []]);
        }
      }
      bodies.push(texts);
    }
    expect(bodies[0]).toEqual(bodies[1]);
    expect(bodies[0]).not.toEqual(bodies[2]);
  });

  it.skipIf(shared === undefined)('fail in words that the original was seen to use', async () => {
    const exchanges = captured().filter(({ step }) => step === undefined);
    const strange: string[] = [];
    for (const { id, call, status, name } of rows) {
      if (status < 400) continue;
      server.use(mockOf(ccMock, id).respond(status));
      const error: unknown = await call(cc).catch((thrown: unknown) => thrown);
      const text = isCcApiError(error) ? (error.serverText ?? '') : '';
      if (text === '' || /^[A-Z][A-Za-z]+( [A-Z][a-z]+)*$/.test(text)) continue;
      const digits = (given: string) => given.replace(/\{\{[^{}]*\}\}|\d+/g, '0').trim();
      const isSeen = exchanges.some(
        (exchange) => exchange.status === status && digits(textOf(exchange.responseBody ?? '')) === digits(text),
      );
      if (!isSeen) strange.push(`${name}: ${text}`);
    }
    expect(strange).toEqual([]);
  });
});

describe('an answer', () => {
  it('can have another error, another body and other headers', async () => {
    server.use(
      ccMock.stopJob.respond(422, {
        error: 'jobId 1 (id 9) on demo : job has already been stopped (state is: failed)',
      }),
    );
    await expect(cc.stopJob({ jobId: 1, stopTime: 1 })).rejects.toMatchObject({
      code: 'job_already_stopped',
      details: { id: 9, state: 'failed' },
    });
    server.use(ccMock.usedNodes.respond(200, { body: { usedNodes: { demo: ['n09'] } } }));
    await expect(cc.usedNodes(1)).resolves.toEqual({ demo: ['n09'] });
    server.use(ccMock.usedNodes.respond(500, { headers: { 'retry-after': '3' } }));
    await expect(cc.usedNodes(1)).rejects.toMatchObject({ status: 500, details: { retryAfterMs: 3000 } });
  });

  it('can be empty, plain text, the same twice, or none at all', async () => {
    server.use(ccMock.getJob.empty());
    await expect(cc.getJob(1)).rejects.toMatchObject({ code: 'metrics_unavailable' });
    server.use(ccMock.getJob.text('bad gateway', 502));
    await expect(cc.getJob(1)).rejects.toMatchObject({ code: 'unavailable', serverText: 'bad gateway' });
    server.use(ccMock.getJob.twice());
    await expect(cc.getJob(1)).rejects.toMatchObject({ code: 'unauthorized', serverText: 'unauthorized' });
    server.use(ccMock.getJob.networkError());
    await expect(cc.getJob(1)).rejects.toMatchObject({ code: 'network_error' });
  });

  it('can be for one request only', async () => {
    server.use(...ccMock.handlers);
    server.use(ccMock.listJobs.respond(500, { once: true }));
    await expect(cc.listJobs()).rejects.toMatchObject({ status: 500 });
    await expect(cc.listJobs()).resolves.toMatchObject({ items: 25 });
  });

  it('is for its own paths, slashes and literal segments as on the server, and for its other ways', async () => {
    server.use(ccMock.getJobSeries.respond(400), ccMock.getJob.respond(400), ccMock.writeMetrics.respond(401));
    server.use(ccMock.usedNodes.respond(200), ccMock.startJob.respond(201));
    await expect(cc.usedNodes(1)).resolves.toEqual({ demo: ['n01', 'n02'] });
    await expect(cc.startJob(start)).resolves.toEqual({ outcome: 'started' });
    expect((await fetch(`${baseUrl}/api/jobs/start_job/`, { method: 'PUT' })).status).toBe(201);
    expect((await fetch(`${baseUrl}/api/write/`, { method: 'POST' })).status).toBe(401);
    expect((await fetch(`${baseUrl}/api/jobs/12`)).status).toBe(400);
  });

  it('is for one server only where a base is given', async () => {
    const mock = createCcMock({ baseUrl: 'https://other.example.org/cc/' });
    server.use(ccMock.listRoles.respond(200), mock.listRoles.respond(401));
    await expect(cc.listRoles()).resolves.toContain('api');
    expect((await fetch('https://other.example.org/cc/config/roles/')).status).toBe(401);
  });
});

describe('a simulated server', () => {
  const jobs = [
    { ...start, jobId: 5 },
    { ...start, jobId: 6, jobState: 'failed', duration: 60 },
  ] as const;

  it('lists what was started, stops it, and knows a duplicate', async () => {
    const { handlers, backend } = ccMock.simulate({ clusters: [demo], jobs });
    server.use(...handlers);
    await expect(cc.startJob(start)).resolves.toEqual({ outcome: 'started' });
    await expect(cc.startJob(start)).rejects.toMatchObject({ code: 'job_already_exists' });
    const listed = await cc.listJobs();
    expect(listed.jobs.map(({ jobId, jobState }) => [jobId, jobState]).sort()).toEqual([
      [1, 'running'],
      [5, 'running'],
      [6, 'failed'],
    ]);
    await expect(cc.stopJob({ jobId: 1, stopTime: start.startTime + 9 })).resolves.toMatchObject({
      duration: 9,
      jobState: 'completed',
    });
    await expect(cc.usedNodes(start.startTime + 1)).resolves.toEqual({ demo: ['n01'] });
    await cc.updateNodeStates({ cluster: 'demo', nodes: [{ hostname: 'n01', states: ['idle'] }] });
    expect(backend.nodeStates).toMatchObject([{ hostname: 'n01', state: 'idle' }]);
  });

  it('answers the rest as the mocks do', async () => {
    server.use(...ccMock.simulate({ clusters: [demo] }).handlers);
    await expect(cc.deleteJob(7)).resolves.toBe('Successfully deleted job 7');
    await expect(cc.clusters()).resolves.toMatchObject([{ name: 'demo' }]);
  });

  it('lies below a base of its own where one is given', async () => {
    const mock = createCcMock({ baseUrl: 'https://other.example.org/cc' });
    server.use(...mock.simulate({ clusters: [demo], jobs }).handlers);
    const other = createCcClient({ ...options, baseUrl: 'https://other.example.org/cc' });
    await expect(other.listJobs()).resolves.toMatchObject({ jobs: [{ jobId: 5 }, { jobId: 6 }] });
    await expect(other.stopJob({ jobId: 5, stopTime: start.startTime + 1 })).resolves.toMatchObject({ duration: 1 });
  });

  it('refuses a job of a cluster or host that is not described', () => {
    const broken = () => ccMock.simulate({ clusters: [demo], jobs: [{ ...start, cluster: 'nope' }] });
    expect(broken).toThrow(expect.objectContaining({ code: 'invalid_option' }));
    const lost = () => ccMock.simulate({ clusters: [demo], jobs: [{ ...start, resources: [{ hostname: 'x1' }] }] });
    expect(lost).toThrow(expect.objectContaining({ code: 'invalid_option' }));
  });
});

function mockOf(mocks: object, id: string): OperationMock {
  return Reflect.get(mocks, id);
}

/** The text of an error body: its first document's, or the plain text. */
function textOf(body: string): string {
  const [line = ''] = body.split('\n');
  return line.startsWith('{"') && line.includes('"error"') ? String(JSON.parse(line).error) : line;
}
