import { operations, parseCluster } from '@moorline/cc-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference } from '../../../tools/testenv/captured-text.js';
import { serve, type Served } from './support/serve.js';
import { captured, clusterFile, type Exchange, fill, shared } from '../../../tools/testenv/cc-captures.js';

/** What is better than the original, by exchange: the README's list of deliberate differences. */
const better = new Map<string, readonly [status: number, why: string]>([
  ...['064', '080', '081', '082', '089'].map((id) => [id, [401, 'one 401 document, not two']] as const),
  ['072', [200, 'a repeated role counts once']],
  ['073', [401, 'a repeated role counts once']],
  ['271', [400, 'a null resource is refused']],
  ['272', [400, 'a null resource is refused']],
  ['279', [400, 'an unknown shared is the caller’s fault']],
  ['280', [400, 'an empty shared is the caller’s fault']],
  ['281', [201, 'any smt is stored']],
  ['282', [422, 'the job of the line before is stored']],
  ['288', [400, 'an unknown monitoringStatus is the caller’s fault']],
  ['299', [400, 'an id that JavaScript cannot hold is refused, not rounded']],
  ...['307', '308', '309', '310', '311', '312', '313'].map(
    (id) => [id, [422, 'a duplicate is a duplicate at once']] as const,
  ),
  ['361', [200, 'the job with the null resource is not there']],
  ['413', [200, 'no crash over a null resource']],
  ['414', [200, 'the job with the null resource is not there']],
]);

/** Bodies that show what the in-memory backend or the mounted routes do not have; their statuses are compared. */
const bodyNeeds = new Map<string, string>([
  ...['348', '357', '358', '360', '371', '372', '397', '398', '399', '400', '401', '441'].map(
    (id) => [id, 'archive'] as const,
  ),
  ...['609', '610', '611', '612', '614', '616', '617', '618', '619'].map((id) => [id, 'archive'] as const),
  ...['462', '463', '464', '510'].map((id) => [id, 'tag and delete routes'] as const),
  ...['548', '552', '560', '566'].map((id) => [id, 'the line protocol codec'] as const),
  ...['571', '576', '577', '578', '580'].map((id) => [id, 'an answer cached too early, or an empty one'] as const),
  ['231', 'compression'],
  ['587', 'the id that aggregated node series carry'],
]);

/** Statuses that come from the missing parts themselves. */
const elsewhere = new Map([['615', 'an archive entry that was removed by hand']]);

const routes = Object.values(operations).flatMap(({ methods, paths }) =>
  methods.flatMap((method) => paths.map((path) => `${method} ${path}`)),
);
/** Paths that lead nowhere are ours to answer as well. */
const isOurs = ({ operation, path }: Exchange) =>
  /^\/(user)?api\//.test(path) &&
  (routes.includes(operation) || /nope|nodestats|^HEAD|start_job|\/12\/|used_nodes\/$/.test(operation));

describe.skipIf(shared === undefined)('the captured exchanges, replayed against the handlers', () => {
  let served: Served;
  const now = 1_764_000_000;
  const names = new Map([['T', String(now)]]);

  beforeAll(async () => {
    const files = ['demo', 'demo2', 'alex', 'emmy', 'fritz'];
    served = await serve({
      now,
      documentedPaths: false,
      clusters: files.map((name) => parseCluster(clusterFile(name))),
    });
  });
  afterAll(() => served.close());

  it('answers each with the captured status, content type and body, except for the listed differences', async () => {
    const faults: string[] = [];
    let compared = 0;
    for (const exchange of captured().filter(({ instance }) => instance === 'rest')) {
      if (exchange.bind !== undefined) await bind(exchange.bind);
      if (exchange.step !== undefined || !isOurs(exchange)) continue;
      const id = exchange.id.slice('rest-'.length);
      if (elsewhere.has(id)) continue;
      const response = await send(exchange);
      const text = await response.text();
      compared++;
      const [status, why] = better.get(id) ?? [exchange.status, undefined];
      if (response.status !== status)
        faults.push(`${id}: ${response.status}, not ${status} (${why}): ${text.slice(0, 200)}`);
      if (why !== undefined || bodyNeeds.has(id) || exchange.order === 'free') continue;
      const expected = fillTimes(exchange.responseBody ?? '');
      const parted = difference(expected, text, names);
      if (parted !== undefined) faults.push(`${id}: ${parted}`);
      const type = [exchange.responseHeaders['content-type']].flat()[0] ?? null;
      if (response.headers.get('content-type') !== type)
        faults.push(`${id}: ${response.headers.get('content-type')}, not ${type}`);
    }
    expect(faults).toEqual([]);
    expect(compared).toBeGreaterThan(330);
  });

  it('answers those of a server with an allow-list of addresses', async () => {
    const limited = await serve({ allowedIps: ['10.1.1.1'], now });
    const ids = ['001', '002', '003', '004', '005', '006', '007', '013'].map((id) => `iplist-${id}`);
    for (const exchange of captured().filter(({ id }) => ids.includes(id))) {
      const response = await send(exchange, limited);
      expect([exchange.id, response.status, await response.text()]).toEqual([
        exchange.id,
        exchange.status,
        exchange.responseBody,
      ]);
    }
    await limited.close();
  });

  function send({ method, path, auth, requestHeaders, requestBody }: Exchange, to = served): Promise<Response> {
    const token = auth === null ? '' : to.tokens.token(auth);
    const headers = new Headers(Object.entries(requestHeaders).map(([name, value]) => [name, withToken(value, token)]));
    const body = requestBody === null || method === 'GET' || method === 'HEAD' ? null : fill(requestBody, names, '0');
    return fetch(to.baseUrl + fill(path, names, '0'), { method, headers, body });
  }

  /** Row ids that the captures name, read from the list. */
  async function bind(wanted: NonNullable<Exchange['bind']>): Promise<void> {
    const jobs = await served.backend.listJobs(
      {},
      { page: 1, itemsPerPage: 1000 },
      { jobs: 'all' },
      { metaData: false },
    );
    for (const [name, { cluster, jobId, startTime }] of Object.entries(wanted)) {
      const start = fill(String(startTime), names, '');
      const job = jobs.find(
        (one) => one.cluster === cluster && `${one.jobId}@${one.startTime}` === `${jobId}@${start}`,
      );
      if (job?.id !== undefined) names.set(name, String(job.id));
    }
  }

  function fillTimes(body: string): string {
    return body.replace(/\{\{T([+-]\d+)?\}\}/g, (placeholder) => fill(placeholder, names, ''));
  }
});

/** The literal text TOKEN after an unknown scheme stays as it was captured. */
function withToken(value: string, token: string): string {
  return /^(TOKEN|Bearer TOKEN)$/.test(value) ? value.replace('TOKEN', token) : value;
}
