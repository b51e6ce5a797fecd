import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { askServer } from '../src/control/ask-server.js';
import { aCluster, aJob, hardware, metricConfig } from './a-cluster.js';
import {
  apiToken,
  enrol,
  get,
  jobList,
  loginBody,
  post,
  put,
  read,
  registrationToken,
  startTestServer,
  type TestServer,
} from './support.js';

const startTime = 1_700_000_000;

describe('the routes of a server over a real store', () => {
  let server: TestServer;
  let api: string;
  beforeAll(async () => {
    server = await startTestServer();
    api = await apiToken(server);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('enrol a machine, let it describe itself, take its job and metrics, and answer them', async () => {
    const machine = await enrol(server, 'node1.lab.example');
    expect(machine).toMatchObject({ cluster: 'lab', host: 'node1', scope: [{ cluster: 'lab', hosts: ['node1'] }] });

    const described = await put(
      `${server.url}/moorline/v1/clusters/lab/hosts/node1`,
      { subCluster: hardware, metricConfig },
      machine.token,
    );
    expect(described.status).toBe(204);
    const clusters = await (await get(`${server.url}/api/clusters/?cluster=lab`, api)).json();
    expect(clusters).toMatchObject({
      clusters: [{ name: 'lab', subClusters: [{ nodes: 'node1', coresPerSocket: 2 }] }],
    });

    const job = aJob(1, 'lab', 'node1', startTime);
    expect((await post(`${server.url}/api/jobs/start_job/`, job, machine.token)).status).toBe(201);
    const lines = [0, 10, 20].map((s) => `load_one,cluster=lab,hostname=node1,type=node value=1.5 ${startTime + s}`);
    expect((await post(`${server.url}/api/write/`, lines.join('\n'), machine.token)).status).toBe(200);
    const nodes = { cluster: 'lab', nodes: [{ hostname: 'node1', states: ['allocated'] }] };
    expect((await post(`${server.url}/api/nodestate/`, nodes, machine.token)).status).toBe(200);
    const stop = { jobId: 1, cluster: 'lab', startTime, stopTime: startTime + 30, jobState: 'completed' };
    expect((await post(`${server.url}/api/jobs/stop_job/`, stop, machine.token)).status).toBe(200);

    const list = await read(await get(`${server.url}/api/jobs/?cluster=lab`, api), jobList);
    expect(list).toMatchObject({ jobs: [{ jobId: 1, jobState: 'completed', duration: 30, subCluster: 'main' }] });
    const data = await (await get(`${server.url}/api/jobs/${list.jobs[0]?.id}?all-metrics=true`, api)).json();
    expect(data).toMatchObject({
      Data: { load_one: { node: { series: [{ hostname: 'node1', data: expect.arrayContaining([1.5]) }] } } },
    });
    expect((await get(`${server.url}/api/jobs/used_nodes?ts=${startTime + 1}`, api)).status).toBe(200);
  });

  it('log a known machine in again with its number, and list it once', async () => {
    const machine = await enrol(server, 'node2');
    const again = await post(
      `${server.url}/api/v1/login`,
      loginBody(await registrationToken(server), 'node2', machine.machineID),
    );
    expect(again.status).toBe(200);
    const { token } = await read(again, z.object({ token: z.string() }));
    const exchanged = await post(`${server.url}/moorline/v1/token`, { machineID: machine.machineID }, token);
    expect(await exchanged.json()).toMatchObject({ machineNumber: machine.machineNumber });
    const machines = await askServer(server.dataDir, 'machines-list', null);
    expect(machines.filter(({ host }) => host === 'node2')).toHaveLength(1);
  });

  it('answer a login with a wrong or used-up token as GPUd knows it', async () => {
    const token = await registrationToken(server);
    const body = loginBody(token, 'node8');
    expect((await post(`${server.url}/api/v1/login`, body)).status).toBe(200);
    for (const refused of [body, { ...body, token: 'wrong' }]) {
      const response = await post(`${server.url}/api/v1/login`, refused);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'InvalidToken', message: expect.any(String) });
    }
  });

  it('keep a machine to its own host, and a head node to its clusters', async () => {
    const node = await enrol(server, 'node3');
    const head = await enrol(server, 'head', ['big']);
    expect(head.scope).toEqual([{ cluster: 'lab', hosts: ['head'] }, { cluster: 'big' }]);
    const description = { subCluster: hardware, metricConfig };
    const hosts = `${server.url}/moorline/v1/clusters/lab/hosts`;
    const clusters = `${server.url}/moorline/v1/clusters`;
    expect((await put(`${hosts}/node3`, description, node.token)).status).toBe(204);
    expect((await put(`${clusters}/big`, aCluster('big', 'n[1-4]'), head.token)).status).toBe(204);
    for (const [url, body, token] of [
      [`${hosts}/node4`, description, node.token],
      [`${clusters}/lab`, aCluster('lab', '*'), node.token],
      [`${clusters}/big`, aCluster('big', '*'), node.token],
      [`${clusters}/lab`, aCluster('lab', '*'), head.token],
    ] as const) {
      const response = await put(url, body, token);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({
        code: 'out_of_scope',
        hint: expect.stringContaining('token create'),
      });
    }
    expect((await post(`${server.url}/api/jobs/start_job/`, aJob(3, 'big', 'n2', startTime), head.token)).status).toBe(
      201,
    );
    expect((await post(`${server.url}/api/jobs/start_job/`, aJob(4, 'big', 'n2', startTime), node.token)).status).toBe(
      403,
    );
  });

  it.each([
    ['no JSON', '{', 400, 'bad_body'],
    ['another type', [], 422, 'bad_cluster'],
    ['an unknown member', { ...aCluster('c', 'n1'), colour: 'red' }, 422, 'bad_cluster'],
    ['another name', aCluster('other', 'n1'), 422, 'bad_cluster'],
    ['no metric', { ...aCluster('c', 'n1'), metricConfig: [] }, 422, 'bad_cluster'],
    ['a broken node list', aCluster('c', 'n[1-'), 422, 'bad_cluster'],
  ])('refuse a cluster that is described with %s', async (_, body, status, code) => {
    const response = await put(`${server.url}/moorline/v1/clusters/c`, body, api);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, hint: expect.any(String) });
    expect((await get(`${server.url}/api/clusters/?cluster=c`, api)).status).toBe(400);
  });

  it('take what GET /api/clusters/ answered as a description', async () => {
    await put(`${server.url}/moorline/v1/clusters/round`, aCluster('round', 'n[1-2]'), api);
    const { clusters } = await read(
      await get(`${server.url}/api/clusters/?cluster=round`, api),
      z.object({ clusters: z.array(z.unknown()) }),
    );
    expect((await put(`${server.url}/moorline/v1/clusters/round`, clusters[0], api)).status).toBe(204);
    expect(await (await get(`${server.url}/api/clusters/?cluster=round`, api)).json()).toEqual({ clusters });
  });

  it('want a token with the role api to describe anything', async () => {
    const { machineID, sessionToken } = await enrol(server, 'node5');
    const { token: user } = await askServer(server.dataDir, 'jwt-create', {
      user: 'u',
      roles: ['user'],
      expiresInMs: 60_000,
    });
    const url = `${server.url}/moorline/v1/clusters/c`;
    for (const token of [undefined, 'nonsense', user, sessionToken, machineID]) {
      const response = await put(url, aCluster('c', 'n1'), token);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    }
  });

  it('tell live from dead with /healthz, and a session token from another', async () => {
    const { sessionToken, token } = await enrol(server, 'node6');
    expect((await get(`${server.url}/healthz`)).status).toBe(200);
    expect((await get(`${server.url}//healthz`, sessionToken)).status).toBe(200);
    for (const wrong of ['nonsense', token, `${sessionToken}x`]) {
      expect((await get(`${server.url}/healthz`, wrong)).status).toBe(401);
    }
    expect((await fetch(`${server.url}/healthz`, { headers: { authorization: 'Basic eDp5' } })).status).toBe(401);
    expect((await get(`${server.url}/readyz`)).status).toBe(200);
  });

  it('answer 404 below /api as ClusterCockpit does, and elsewhere with a hint', async () => {
    const api = await get(`${server.url}/api/nowhere`);
    expect(api.status).toBe(404);
    expect(await api.json()).toEqual({ error: 'the requested endpoint does not exist', status: 'Resource not found' });
    const other = await get(`${server.url}/nowhere`);
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ code: 'not_found', hint: expect.any(String) });
    expect((await get(`${server.url}/api/jobs`)).status).toBe(404);
    expect((await get(`${server.url}/moorline/v1/token`)).status).toBe(405);
    const broken = await get(`${server.url}/moorline/v1/clusters/%zz`);
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: 'bad_request', hint: expect.any(String) });
  });

  it('send the headers that keep browsers safe on every answer', async () => {
    for (const path of ['/api/jobs/', '/api/v1/login', '/healthz', '/nowhere', '/moorline/v1/token']) {
      const response = await get(`${server.url}${path}`);
      expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(response.headers.get('x-frame-options'), path).toBe('DENY');
      expect(response.headers.get('x-request-id'), path).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('never let a secret into the log, and keep files to their owner', async () => {
    const { sessionToken, token } = await enrol(server, 'node7');
    const log = server.logger.text();
    for (const secret of [sessionToken, token, api]) expect(log).not.toContain(secret);
    for (const name of readdirSync(server.dataDir).filter((name) => name !== 'run')) {
      expect(statSync(join(server.dataDir, name)).mode & 0o077, name).toBe(0);
    }
    const database = readFileSync(join(server.dataDir, 'moorline.db-wal'), 'latin1');
    expect(database).not.toContain(sessionToken);
  });
});

describe('limits of the routes', () => {
  it('answer 413 for a metric write beyond --body-limit, and 401 for one without a token', async () => {
    await using server = await startTestServer({ bodyLimit: '1KiB' });
    const body = 'x'.repeat(2000);
    expect((await post(`${server.url}/api/write/`, body, await apiToken(server))).status).toBe(413);
    expect((await post(`${server.url}/api/write/`, body)).status).toBe(401);
  });

  it('let only the allowed addresses use the job API', async () => {
    await using server = await startTestServer({ allowedIps: '10.0.0.1,10.0.0.2' });
    const token = await apiToken(server);
    const refused = await get(`${server.url}/api/jobs/`, token);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: 'unknown ip: 127.0.0.1' });
  });

  it('answer 401 for a description without a token before it is read, and 413 for a token request with a body', async () => {
    await using server = await startTestServer();
    const large = 'x'.repeat(5 * 1024 * 1024);
    expect((await put(`${server.url}/moorline/v1/clusters/c`, large)).status).toBe(401);
    const description = await put(`${server.url}/moorline/v1/clusters/c`, large, await apiToken(server));
    expect(description.status).toBe(413);
    expect(await description.json()).toMatchObject({ code: 'body_too_large', hint: 'send 4MiB at most' });
    const exchange = await post(`${server.url}/moorline/v1/token`, 'x'.repeat(5000), 'any');
    expect(exchange.status).toBe(413);
    expect(await exchange.json()).toMatchObject({ code: 'body_too_large', hint: 'send 4KiB at most' });
  });

  it('answer 413 for a login larger than any machine describes', async () => {
    await using server = await startTestServer();
    const response = await post(`${server.url}/api/v1/login`, 'x'.repeat(5 * 1024 * 1024));
    expect(response.status).toBe(413);
  });
});
