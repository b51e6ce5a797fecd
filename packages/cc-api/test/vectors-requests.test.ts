import { type CcClient, createCcClient, type JobQuery, type StartJobRequest } from '@moorline/cc-api';
import { describe, expect, it } from 'vitest';
import { captured, type Exchange, fill, shared } from '../../../tools/testenv/cc-captures.js';

interface Sent {
  method: string;
  path: string;
  body: string | null;
}

/** The call whose request a capture is; undefined where the client has no words for it. */
type Retell = (
  exchange: Exchange,
  parts: string[],
  query: URLSearchParams,
) => ((cc: CcClient) => Promise<unknown>) | undefined;

const retell: Record<string, Retell> = {
  'POST /api/jobs/start_job/': (exchange) => withJson<StartJobRequest>(exchange, (job) => (cc) => cc.startJob(job)),
  'POST /api/jobs/stop_job/': (exchange) =>
    withJson(exchange, (request: Parameters<CcClient['stopJob']>[0]) => (cc) => cc.stopJob(request)),
  'POST /api/nodestate/': (exchange) =>
    withJson(exchange, (states: Parameters<CcClient['updateNodeStates']>[0]) => (cc) => cc.updateNodeStates(states)),
  'POST /api/healthcheck': (exchange) =>
    withJson(exchange, (states: Parameters<CcClient['updateNodeStates']>[0]) => (cc) => cc.healthcheck(states)),
  'GET /api/jobs/': (_, __, query) => withQuery(query, (jobs) => (cc) => cc.listJobs(jobs)),
  'GET /userapi/jobs/': (_, __, query) => withQuery(query, (jobs) => (cc) => cc.listUserJobs(jobs)),
  'GET /api/jobs/used_nodes': (_, __, query) => (cc) => cc.usedNodes(Number(query.get('ts'))),
  'GET /api/clusters/': (_, __, query) => (cc) => cc.clusters({ cluster: query.get('cluster') ?? undefined }),
  'GET /api/jobs/{id}':
    (_, [id], query) =>
    (cc) =>
      cc.getJob(Number(id), { allMetrics: query.has('all-metrics') }),
  'GET /userapi/jobs/{id}':
    (_, [id], query) =>
    (cc) =>
      cc.getUserJob(Number(id), { allMetrics: query.has('all-metrics') }),
  'POST /api/jobs/{id}': (exchange, [id]) =>
    withJson(exchange, (names: string[]) => (cc) => cc.getJobSeries(Number(id), names)),
  'POST /userapi/jobs/{id}': (exchange, [id]) =>
    withJson(exchange, (names: string[]) => (cc) => cc.getUserJobSeries(Number(id), names)),
  'GET /api/jobs/metrics/{id}':
    (_, [id], query) =>
    (cc) =>
      cc.jobMetrics(Number(id), series(query)),
  'GET /userapi/jobs/metrics/{id}':
    (_, [id], query) =>
    (cc) =>
      cc.userJobMetrics(Number(id), series(query)),
  'POST /api/write':
    ({ requestBody }, _, query) =>
    (cc) =>
      cc.writeMetrics(times(requestBody ?? ''), { cluster: query.get('cluster') ?? undefined }),
  'POST /api/jobs/tag_job/{id}': (exchange, [id]) =>
    withJson(exchange, (tags: []) => (cc) => cc.tagJob(Number(id), tags)),
  'DELETE /api/jobs/tag_job/{id}': (exchange, [id]) =>
    withJson(exchange, (tags: []) => (cc) => cc.untagJob(Number(id), tags)),
  'DELETE /api/tags/': (exchange) => withJson(exchange, (tags: []) => (cc) => cc.deleteTags(tags)),
  'PATCH /api/jobs/edit_meta/{id}': (exchange, [id]) =>
    withJson(exchange, (entry: { key: string; value: string }) => (cc) => cc.editMeta(Number(id), entry)),
  'PATCH /api/jobs/edit_meta/': (exchange) =>
    withJson(exchange, ({ payload, ...job }: { jobId: number; payload?: { key: string; value: string } }) =>
      payload === undefined ? undefined : (cc) => cc.editMetaByKey(job, payload),
    ),
  'DELETE /api/jobs/delete_job/{id}':
    (_, [id]) =>
    (cc) =>
      cc.deleteJob(Number(id)),
  'DELETE /api/jobs/delete_job/': (exchange) =>
    withJson(exchange, (job: { jobId: number }) => (cc) => cc.deleteJobByKey(job)),
  'DELETE /api/jobs/delete_job_before/{ts}':
    (_, [ts], query) =>
    (cc) => {
      const omitTagged = query.get('omit-tagged') ?? undefined;
      return cc.deleteJobsBefore(
        Number(ts),
        omitTagged === 'all' || omitTagged === 'user' || omitTagged === 'none' ? { omitTagged } : {},
      );
    },
  'GET /api/machine_state/{cluster}/{host}':
    (_, [cluster = '', host = '']) =>
    (cc) =>
      cc.getMachineState(cluster, host),
  'PUT /api/machine_state/{cluster}/{host}':
    ({ requestBody }, [cluster = '', host = '']) =>
    (cc) =>
      cc.putMachineState(cluster, host, requestBody ?? ''),
  'POST /api/free': (exchange, _, query) =>
    withJson(exchange, (selectors: string[][]) => (cc) => cc.freeMetrics(Number(query.get('to')), selectors)),
  'GET /api/debug': (_, __, query) => (cc) => cc.debugMetrics((query.get('selector') ?? '').split(':').filter(Boolean)),
  'GET /api/users/': (_, __, query) => (cc) => cc.listUsers({ notJustUser: query.get('not-just-user') === 'true' }),
  'GET /config/users/': (_, __, query) => (cc) =>
    cc.listUsersBySession({ notJustUser: query.get('not-just-user') === 'true' }),
  'POST /api/user/{id}': (exchange, [name = '']) =>
    withJson(exchange, (change: { 'add-role': 'user' }) => (cc) => cc.updateUser(name, change)),
  'POST /config/user/{id}':
    (exchange, [name = '']) =>
    (cc) =>
      cc.updateUserBySession(name, form(exchange) as { 'add-role': 'user' }),
  'POST /config/users/': (exchange) => (cc) => cc.createUser(form(exchange) as { username: string; role: 'user' }),
  'DELETE /config/users/': (_, __, query) => (cc) => cc.deleteUser(query.get('username') ?? ''),
  'GET /config/roles/': () => (cc) => cc.listRoles(),
  'POST /config/notice/': (exchange) => (cc) => cc.setNotice(form(exchange)['new-content'] ?? ''),
  'GET /config/taggers/': () => (cc) => cc.listTaggers(),
  'POST /config/taggers/run/': (exchange) => (cc) => cc.runTagger(form(exchange)['name'] ?? ''),
  'POST /frontend/configuration/': (exchange) => {
    const { key = '', value = '' } = form(exchange);
    return isJson(value) ? (cc) => cc.setConfiguration(key, JSON.parse(value)) : undefined;
  },
  'GET /frontend/jwt/': (_, __, query) => (cc) => cc.createJwt(query.get('username') ?? ''),
  'GET /frontend/logs/': (_, __, query) => (cc) => cc.listLogs(Object.fromEntries(query)),
};

describe.skipIf(shared === undefined)('the captured requests, made by the client', () => {
  it('are the same method, path, query and body for the same call', async () => {
    const seen = new Map<string, number>();
    const faults: string[] = [];
    for (const exchange of captured().filter(({ step, status }) => step === undefined && status < 300)) {
      const made = retell[exchange.operation]?.(exchange, ...partsOf(exchange));
      if (made === undefined) continue;
      const sent = await record(made);
      const expected = expectedOf(exchange);
      // Other spellings of the same request, and such as the types rule out.
      if (sent === undefined || isOtherSpelling(exchange)) continue;
      seen.set(exchange.operation, (seen.get(exchange.operation) ?? 0) + 1);
      if (JSON.stringify(sent) !== JSON.stringify(expected))
        faults.push(`${exchange.id}: ${JSON.stringify(sent)}, not ${JSON.stringify(expected)}`);
    }
    expect(faults).toEqual([]);
    expect(Object.keys(retell).filter((operation) => !seen.has(operation))).toEqual([]);
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
  });
});

async function record(call: (cc: CcClient) => Promise<unknown>): Promise<Sent | undefined> {
  let sent: Sent | undefined;
  const cc = createCcClient({
    baseUrl: 'https://cc.example.org',
    token: 'token',
    session: 'cookie',
    retry: false,
    fetch: async (input, init) => {
      const url = new URL(String(input));
      sent ??= {
        method: init?.method ?? 'GET',
        path: sorted(url.pathname + url.search),
        body: init?.body === undefined ? null : String(init.body),
      };
      return new Response('{}');
    },
  });
  try {
    await call(cc);
  } catch {
    // The answer above is none; and what the client refuses to send is not sent.
  }
  return sent;
}

function expectedOf({ method, path, requestBody, requestHeaders }: Exchange): Sent {
  const isForm = requestHeaders['Content-Type'] === 'application/x-www-form-urlencoded';
  const body = requestBody === null || requestBody === '' ? null : times(requestBody);
  const empty = method === 'POST' && path.startsWith('/api/write') ? '' : null;
  return {
    method,
    path: sorted(times(path)),
    body: isForm && body !== null ? new URLSearchParams(body).toString() : (body ?? empty),
  };
}

/** The order of parameters means nothing. */
function sorted(path: string): string {
  const [name = '', query] = path.split('?');
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return parameters.size === 0 ? name : `${name}?${parameters}`;
}

function partsOf({ operation, path }: Exchange): [string[], URLSearchParams] {
  const [name = '', query] = times(path).split('?');
  const pattern = (operation.split(' ')[1] ?? '').replace(/\{\w+\}/g, '([^/]+)');
  return [(new RegExp(`^${pattern}$`).exec(name) ?? []).slice(1).map(decodeURIComponent), new URLSearchParams(query)];
}

function times(text: string): string {
  return fill(text, new Map(), '7');
}

function isJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** JSON that JavaScript would write otherwise (a number beyond 2^53, blanks, a name twice) is no call of this client. */
function withJson<T>({ requestBody }: Exchange, make: (value: T) => ((cc: CcClient) => Promise<unknown>) | undefined) {
  const text = times(requestBody ?? '');
  return isJson(text) ? make(JSON.parse(text)) : undefined;
}

function form({ requestBody }: Exchange): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(requestBody ?? ''));
}

function series(query: URLSearchParams): Parameters<CcClient['jobMetrics']>[1] {
  return { metrics: query.getAll('metric'), scopes: query.getAll('scope') as 'node'[] };
}

function withQuery(query: URLSearchParams, make: (jobs: JobQuery) => (cc: CcClient) => Promise<unknown>) {
  const [from, to] = (query.get('start-time') ?? '').split('-').map(Number);
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined);
  return make({
    states: query.getAll('state') as 'running'[],
    cluster: query.get('cluster') ?? undefined,
    project: query.get('project') ?? undefined,
    startTime: query.has('start-time') ? { from, to } : undefined,
    withMetadata: query.has('with-metadata'),
    itemsPerPage: number('items-per-page'),
    page: number('page'),
  });
}

function isOtherSpelling({ path, requestHeaders, requestBody, operation }: Exchange): boolean {
  return (
    /cluster=\w+&cluster=|metrics\/abc|with-metadata=(?!true)|all-metrics=(?!true)|not-just-user=(?!true)|omit-tagged=(&|$)|to=\D*$/.test(
      path,
    ) ||
    (operation === 'DELETE /config/users/' && requestBody !== null) ||
    String(requestHeaders['Content-Type'] ?? '').startsWith('multipart')
  );
}
