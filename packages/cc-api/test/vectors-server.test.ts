import { operations, parseCluster } from '@moorline/cc-api';
import { afterEach, describe, expect, it } from 'vitest';
import { captured, clusterFile, type Exchange, shared } from '../../../tools/testenv/cc-captures.js';
import { type Partings, replay } from './support/replay.js';
import { serve, type Served, type ServeOptions } from './support/serve.js';

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
  ['415', [422, 'the job with the null resource is not there']],
  ...['436', '437', '438', '439', '620'].map((id) => [id, [200, 'metadata needs no archive']] as const),
  ...['466', '621'].map((id) => [id, [200, 'tags need no archive']] as const),
  ['443', [200, 'a tag that the job has already stays']],
  ...['444', '453', '463', '475'].map((id) => [id, [200, 'a tag is its type, name and scope']] as const),
  ['459', [400, 'a null tag is refused']],
  ['485', [200, 'where one of the tags is nowhere none was deleted']],
  ['536', [400, 'a name that is too long is the caller’s fault']],
  ...['593', '595'].map((id) => [id, [200, 'a sample without a host is dropped']] as const),
  ['605', [400, 'letting go makes nothing']],
]);

/** Bodies that show what the in-memory backend does not have. */
const bodyNeeds = new Map<string, string>([
  ...['348', '357', '358', '360', '371', '372', '397', '398', '399', '400', '401', '434'].map(
    (id) => [id, 'archive'] as const,
  ),
  ...['435', '441', '465', '467', '478'].map((id) => [id, 'archive'] as const),
  ...['609', '610', '611', '612', '614', '616', '617', '618', '619'].map((id) => [id, 'archive'] as const),
  ...['548', '552', '560', '566'].map((id) => [id, 'the line protocol codec'] as const),
  ...['571', '576', '577', '578', '580'].map((id) => [id, 'an answer cached too early, or an empty one'] as const),
  ['231', 'compression'],
  ['587', 'the id that aggregated node series carry'],
]);

const left = new Map([['615', 'an archive entry that was removed by hand']]);

const routes = Object.values(operations).flatMap(({ methods, paths }) =>
  methods.flatMap((method) => paths.map((path) => `${method} ${path}`)),
);
/** Paths that lead nowhere are ours to answer as well. */
const isOurs = ({ operation = '', path = '', step }: Exchange) =>
  step !== undefined ||
  (/^\/(user)?api\//.test(path) &&
    (routes.includes(operation) || /nope|nodestats|^HEAD|_job|edit_meta|\/12\/|used_nodes\/$/.test(operation)));

const now = 1_764_000_000;
type Better = readonly [status: number, why: string];

const none: Partings = { better: new Map(), bodyNeeds: new Map(), left: new Map() };

describe.skipIf(shared === undefined)('the captured exchanges, replayed against the handlers', () => {
  let served: Served;
  afterEach(() => served.close());

  async function against(instance: string, options: ServeOptions, partings: Partial<Partings>) {
    const files = ['demo', 'demo2', 'alex', 'emmy', 'fritz'];
    served = await serve({ now, clusters: files.map((name) => parseCluster(clusterFile(name))), ...options });
    for (const [username, roles] of users) {
      const empty = { name: '', email: '', projects: [], authType: 0, authSource: 0 };
      await served.backend.users.create({ ...empty, username, roles });
    }
    const exchanges = captured().filter((exchange) => exchange.instance === instance && isOurs(exchange));
    return replay(served, exchanges, new Map([['T', String(now)]]), { ...none, ...partings });
  }

  it('answers each with the captured status, content type and body, except for the listed differences', async () => {
    const options = { documentedPaths: false, machineState: {} };
    const { faults, compared } = await against('rest', options, { better, bodyNeeds, left });
    expect(faults).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });

  it('answers those of a server with an allow-list of addresses that looks for its users', async () => {
    const options = { documentedPaths: false, allowedIps: ['10.1.1.1'], validateUsers: true };
    const { faults, compared } = await against('iplist', options, {
      better: new Map<string, Better>([
        ...['015', '016'].map((id) => [id, [200, 'a server has its metric store']] as const),
        ...['023', '024'].map((id) => [id, [200, 'a server has its metric store']] as const),
      ]),
      bodyNeeds: new Map([['026', 'archive']]),
    });
    expect(faults).toEqual([]);
    expect(compared).toBe(26);
  });

  it('answers those of a server whose jobs were not committed yet', async () => {
    const { faults, compared } = await against(
      'cached',
      { documentedPaths: false },
      {
        better: new Map<string, Better>([
          ...['003', '004', '005', '006', '007'].map((id) => [id, [200, 'a start is visible at once']] as const),
          ...['002', '010', '012'].map((id) => [id, [422, 'a duplicate is a duplicate at once']] as const),
          // The job that they mean was deleted by 007, which the original could not do.
          ...['014', '016'].map((id) => [id, [404, 'a start is visible at once']] as const),
          ...['013', '015', '017'].map((id) => [id, [200, 'a start is visible at once']] as const),
        ]),
        bodyNeeds: new Map([['030', 'archive']]),
      },
    );
    expect(faults).toEqual([]);
    expect(compared).toBe(30);
  });

  it('answers those of a server that asks nobody for a token', async () => {
    const options: ServeOptions = { documentedPaths: false, authentication: 'none' };
    const { faults, compared } = await against('noauth', options, {
      better: new Map<string, Better>([
        ['011', [403, 'nobody is an administrator: no crash']],
        ['012', [403, 'nobody is an administrator: no crash']],
      ]),
      bodyNeeds: new Map([['004', 'the original’s numbers of rows']]),
    });
    expect(faults).toEqual([]);
    expect(compared).toBeGreaterThan(15);
  });
});

const users = [
  ['admin', ['admin', 'api']],
  ['slurm', ['api']],
  ['alice', ['user', 'api']],
  ['bob', ['user']],
  ['manny', ['manager']],
  ['sue', ['support']],
] as const satisfies [string, string[]][];
