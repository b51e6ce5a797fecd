import { afterAll, describe, expect, it } from 'vitest';
import { createMemoryServer } from '../src/testing.js';
import type { OperationId } from '../src/index.js';
import { routeOf } from '../src/wire/route-of.js';

/** Who may use what; everybody else is refused. `machine` is the token of an ordinary node, `head` of a head node. */
const allowed: Readonly<Record<Exclude<OperationId, 'exchangeToken' | 'takeIdentity' | 'redeemLink'>, string>> = {
  getMe: 'admin support manager alice api nobody machine head',
  listClusters: 'admin support manager alice api nobody machine head',
  searchJobs: 'admin support manager alice api machine head',
  getJob: 'admin support api machine head',
  getJobMetrics: 'admin support api machine head',
  live: 'admin support manager alice api machine head',
  listNodes: 'admin support api machine head',
  getNode: 'admin support api machine head',
  listNodeStates: 'admin support api machine head',
  getNodeMetrics: 'admin support api machine head',
  listMachines: 'admin support',
  getMachine: 'admin support',
  listRegistrations: 'admin',
  createRegistration: 'admin',
  revokeRegistration: 'admin',
  putCluster: 'api head',
  putHost: 'api machine head',
  putReport: 'machine head',
};
const everybody = ['admin', 'support', 'manager', 'alice', 'api', 'nobody', 'machine', 'head'];
const tokens: Readonly<Record<string, string>> = { machine: 'machine:machine-f02', head: 'machine:machine-head' };

/** One that neither alice nor the manager may see. */
const jobOfOthers = () =>
  [...server.backend.jobs.values()].find(({ user, project, cluster }) => {
    return user !== 'alice' && project !== 'climate' && cluster === 'fritz';
  });

const server = createMemoryServer();
afterAll(() => server.close());

describe.each(Object.entries(allowed))('%s', (name, who) => {
  it.each(everybody)(`opens to %s only if among: ${who}`, async (user) => {
    const operation = name as OperationId;
    const { method, path } = routeOf(operation);
    const [cluster] = server.backend.clusters.filter((one) => one.name === 'fritz');
    const [subCluster] = cluster?.subClusters ?? [];
    const { name: _, nodes: __, ...hardware } = subCluster ?? { name: '', nodes: '' };
    const bodies: Partial<Record<OperationId, unknown>> = {
      putCluster: cluster,
      putHost: { subCluster: hardware, metricConfig: cluster?.metricConfig },
      putReport: server.backend.machines.get('machine-f02')?.report,
      createRegistration: { group: 'fritz', expiresInMs: 1000, uses: 1, clusters: [] },
    };
    const id = operation.startsWith('getJob')
      ? String(jobOfOthers()?.id)
      : operation.includes('Reg')
        ? 'reg-4'
        : 'machine-f02';
    const params: Readonly<Record<string, string>> = { cluster: 'fritz', host: user === 'head' ? 'f09' : 'f02', id };
    const url = `http://localhost/moorline/v1${path.replace(/\{(\w+)\}/g, (_all, key: string) => params[key] ?? '')}`;
    const body = bodies[operation];
    const answer = await server.fetch(url, {
      method,
      headers: { authorization: `Bearer ${tokens[user] ?? user}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await answer.body?.cancel();
    const isAllowed = who.split(' ').includes(user);
    // What may not be seen is not told from what is not there; ClusterCockpit's rule for reporters is 401.
    const refused = operation.startsWith('getJob') ? [403, 404] : operation.startsWith('put') ? [401, 403] : [403];
    expect(isAllowed ? [routeOf(operation).status] : refused).toContain(answer.status);
  });
});

it.each(Object.keys(allowed))('%s answers 401 without a credential, and with one that is none', async (name) => {
  const { method, path } = routeOf(name as OperationId);
  const url = `http://localhost/moorline/v1${path.replace(/\{\w+\}/g, '1')}`;
  for (const headers of [{}, { authorization: 'Bearer nobody-at-all' }, { cookie: 'session=nobody-at-all' }]) {
    const answer = await server.fetch(url, { method, headers, ...(method === 'GET' ? {} : { body: '{' }) });
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'unauthorized', hint: expect.any(String) }),
    ]);
  }
});
