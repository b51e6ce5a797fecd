import { describe, expect, it } from 'vitest';
import {
  type ClientOptions,
  newClient,
  newClientV11,
  newClientV6,
  newClientV9,
  type RPCClient,
  rpcVersions,
  type UpdateSpec,
} from '../src/index.js';
import { createMemoryPair, type MemoryStream } from '../src/testing.js';
import { failureOf, messageOf } from './support/outcome.js';
import { script } from './support/scripted-peer.js';

/** A v11 client, and the peer that answers request after request. */
function scripted(replies: (string | undefined)[], options: ClientOptions = {}, version: 6 | 11 = 11) {
  const [service, daemon] = createMemoryPair();
  const peer = script(daemon, (_request, index) => replies[index]);
  return { client: newClient(version, service, options), peer, daemon };
}

/** A client whose peer keeps its requests, and says nothing until it is told. */
function silent(options: ClientOptions = {}): { client: RPCClient; daemon: MemoryStream; requests: readonly string[] } {
  const [service, daemon] = createMemoryPair();
  const { requests } = script(daemon, () => undefined);
  return { client: newClientV11(service, options), daemon, requests };
}

const ids = (requests: readonly string[]): unknown[] =>
  requests.map((request) => (JSON.parse(request) as { id: unknown }).id);
const pong = (id: number): string => `{"id":${id},"result":{},"error":null}\n`;
const refs = (id: number, ref: string): string =>
  `{"id":${id},"result":{"Result":["${ref}"],"ApplicationError":null},"error":null}\n`;

describe('envelope, client', () => {
  it('conformance 29: ids count from 0, and there is always one parameter', async () => {
    const { client, peer } = scripted([pong(0), refs(1, 'a'), pong(2)]);
    await client.ping();
    await client.syncStatus('HEAD');
    await client.ping();
    expect(peer.requests).toEqual([
      '{"method":"RPCServer.Ping","params":[{}],"id":0}\n',
      '{"method":"RPCServer.SyncStatus","params":["HEAD"],"id":1}\n',
      '{"method":"RPCServer.Ping","params":[{}],"id":2}\n',
    ]);
  });

  it('conformance 30: 100 calls at once, answered from the last to the first, get their own answers', async () => {
    const { client, daemon, requests } = silent();
    const calls = Array.from({ length: 100 }, (_, index) => client.syncStatus(`ref-${index}`));
    await Promise.resolve();
    expect(ids(requests)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    for (let id = 99; id >= 0; id--) daemon.send(refs(id, `ref-${id}`));
    expect((await Promise.all(calls)).flat()).toEqual(Array.from({ length: 100 }, (_, index) => `ref-${index}`));
    expect(client.counters).toEqual({ inFlight: 0, abandoned: 0, ignoredAnswers: 0 });
  });

  it('conformance 31: an answer to no call is ignored, and counted', async () => {
    const { client } = scripted([`${pong(99)}${pong(0)}`]);
    await client.ping();
    expect(client.counters.ignoredAnswers).toBe(1);
  });

  it('conformance 32: an answer without an id is ignored', async () => {
    const { client } = scripted([`{"id":null,"result":{},"error":null}{"result":{"Result":["x"]}}null${refs(0, 'a')}`]);
    expect(await client.syncStatus('HEAD')).toEqual(['a']);
    expect(client.counters.ignoredAnswers).toBe(3);
  });

  it.each([
    ['"0"', 'string'],
    ['-1', 'number -1'],
    ['0.5', 'number 0.5'],
    ['[0]', 'array'],
  ])('conformance 33: the id %s is fatal', async (id, kind) => {
    const { client } = scripted([`{"id":${id},"result":{},"error":null}\n`]);
    expect(await failureOf(client.ping())).toMatchObject({
      code: 'invalid_response',
      isFatal: true,
      message: `json: cannot unmarshal ${kind} into Go struct field clientResponse.id of type uint64`,
    });
  });

  it.each([
    ['5', '5'],
    ['{"code":1,"a":[true,null]}', 'map[a:[true <nil>] code:1]'],
    ['false', 'false'],
  ])('conformance 34: the error %s is fatal', async (error, shown) => {
    const { client } = scripted([`{"id":0,"result":null,"error":${error}}\n`]);
    expect(await failureOf(client.ping())).toMatchObject({ isFatal: true, message: `invalid error ${shown}` });
  });

  const neither = '{"id":0,"result":null,"error":null}\n';

  it('conformance 35: neither result nor error is fatal from v7 on', async () => {
    const { client } = scripted([neither]);
    expect(await failureOf(client.syncStatus('HEAD'))).toMatchObject({ isFatal: true, message: 'invalid error <nil>' });
  });

  it('conformance 35: of a v6 daemon it is an empty list, or no bytes, unless the client is strict', async () => {
    const calls: ((client: RPCClient) => Promise<unknown>)[] = [
      (client) => client.syncStatus('HEAD'),
      (client) => client.listServices(''),
      (client) => client.listImages('<all>'),
      (client) => client.export(),
    ];
    for (const call of calls) {
      const empty = await call(scripted([neither], {}, 6).client);
      expect(empty === null || (empty instanceof Uint8Array && empty.length === 0)).toBe(true);
      const strict = call(scripted([neither], { lenientNullResult: false }, 6).client);
      expect(await failureOf(strict)).toMatchObject({ isFatal: true, message: 'invalid error <nil>' });
    }
    const job = scripted([neither], {}, 6).client.jobStatus('j');
    expect(await messageOf(job)).toBe('invalid error <nil>');
  });

  it('conformance 36: an empty error text is an error, also beside a result', async () => {
    const { client } = scripted(['{"id":0,"result":null,"error":""}', '{"id":1,"result":{},"error":""}', pong(2)]);
    expect(await failureOf(client.ping())).toMatchObject({ code: 'remote', message: 'unspecified error' });
    expect(await messageOf(client.ping())).toBe('unspecified error');
    await client.ping();
  });

  it('conformance 37: an error beside a result wins', async () => {
    const { client } = scripted(['{"id":0,"result":{"Result":["a"],"ApplicationError":null},"error":"x"}']);
    expect(await failureOf(client.syncStatus(''))).toMatchObject({ code: 'remote', message: 'x', isFatal: false });
  });

  it('conformance 38: a result without the member error is a success', async () => {
    const { client } = scripted(['{"id":0,"result":{"Result":["a"]}}']);
    expect(await client.syncStatus('')).toEqual(['a']);
  });

  it('conformance 39: a result of another type ends its call, all others, and the connection', async () => {
    const { client, daemon } = silent();
    const calls = [client.syncStatus(''), client.ping(), client.version()].map(failureOf);
    daemon.send('{"id":0,"result":{"Result":5,"ApplicationError":null},"error":null}\n');
    const [first, ...others] = await Promise.all(calls);
    expect(first).toMatchObject({
      code: 'invalid_result',
      isFatal: true,
      message: 'reading body json: cannot unmarshal number into Go value of type []string',
    });
    expect(others).toEqual([first, first]);
    const next = await failureOf(client.ping());
    expect(next).toMatchObject({ code: 'connection_shut_down', message: 'connection is shut down', isFatal: true });
    expect(next).toHaveProperty('cause', first);
  });

  it('conformance 40: a byte that is no JSON is fatal, an end inside a value too', async () => {
    const garbage = scripted(['hello']);
    expect(await failureOf(garbage.client.ping())).toMatchObject({
      code: 'invalid_json',
      isFatal: true,
      message: "invalid character 'h' looking for beginning of value",
    });
    const partial = silent();
    const call = failureOf(partial.client.ping());
    partial.daemon.send('{"id":0,"res');
    partial.daemon.close();
    expect(await call).toMatchObject({ code: 'connection_ended', isFatal: true, message: 'unexpected EOF' });
  });

  it('conformance 41: the end of the stream ends what is pending, with one cause', async () => {
    const { client, daemon } = silent();
    const calls = [client.ping(), client.syncStatus(''), client.version()].map(failureOf);
    daemon.fail(new Error('read ECONNRESET'));
    const [first, second, third] = await Promise.all(calls);
    expect(first).toMatchObject({ code: 'connection_ended', isFatal: true, message: 'read ECONNRESET' });
    expect([second, third, await client.ended]).toEqual([first, first, first]);
    expect(await messageOf(client.ping())).toBe('connection is shut down');
  });

  it('conformance 41: so does a write that fails', async () => {
    const [service, daemon] = createMemoryPair();
    const client = newClientV11(service);
    service.send = (_message, done) => done?.(new Error('write EPIPE'));
    expect(await failureOf(client.ping())).toMatchObject({ code: 'connection_ended', message: 'write EPIPE' });
    daemon.close();
  });

  it('conformance 42: what cannot be encoded is not sent, and its id is skipped', async () => {
    const { client, daemon, requests } = silent();
    const cycle: Record<string, unknown> = {};
    cycle['ServiceSpecs'] = [cycle];
    const bad = [
      { type: 'image', cause: { Message: 'm', User: 'u' }, spec: cycle },
      { type: 'image', cause: { Message: 5n, User: 'u' }, spec: {} },
      { type: 'policy', cause: {}, spec: { 'a:deployment/b': { add: 5 } } },
    ] as unknown as UpdateSpec[];
    for (const update of bad) {
      expect(await failureOf(client.updateManifests(update))).toMatchObject({ code: 'unencodable', isFatal: false });
    }
    const next = client.ping();
    expect(ids(requests)).toEqual([]);
    daemon.send(pong(3));
    await next;
    expect(ids(requests)).toEqual([3]);
  });

  it('rejects what is in flight when it is closed, and closes the stream', async () => {
    const { client } = silent();
    const call = failureOf(client.ping());
    client.close();
    client.close();
    expect(await call).toMatchObject({ code: 'connection_closed', isFatal: true });
    expect(await failureOf(client.ping())).toMatchObject({ code: 'connection_shut_down' });
    expect(await client.ended).toMatchObject({ code: 'connection_closed' });
  });

  it('refuses more calls than it may have open, abandoned ones included', async () => {
    const { client, daemon } = silent({ maxCalls: 2 });
    const gone = new AbortController();
    const abandoned = failureOf(client.ping({ signal: gone.signal }));
    const open = client.ping();
    gone.abort(new Error('enough'));
    await abandoned;
    expect(await failureOf(client.ping())).toMatchObject({ code: 'too_many_calls', isFatal: false });
    daemon.send(pong(0) + pong(1));
    await open;
    const next = client.ping();
    daemon.send(pong(2));
    await next;
  });

  it('takes no value above its limit', async () => {
    const { client } = scripted([refs(0, 'x'.repeat(200))], { maxValueBytes: 100 });
    expect(await failureOf(client.syncStatus(''))).toMatchObject({ code: 'value_too_large', isFatal: true });
  });

  it.each([
    { maxCalls: 0 },
    { fatalTimeoutMs: -1 },
    { maxValueBytes: 0 },
    { maxValueBytes: 2 ** 40 },
    { maxCalls: NaN },
  ])('refuses the options %j', (options) => {
    expect(() => newClientV11(createMemoryPair()[0], options)).toThrow('must be at');
  });

  it('survives a deeply nested answer', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const { client } = scripted([`{"id":0,"result":{"Result":${deep},"ApplicationError":null},"error":null}\n`]);
    expect(await failureOf(client.syncStatus(''))).toMatchObject({ isFatal: true });
    const other = scripted([`{"id":0,"result":null,"error":${deep}}\n`]);
    expect(await failureOf(other.client.ping())).toMatchObject({ isFatal: true });
  });
});

describe('conformance 55: what each version sends', () => {
  const noCause = { Message: '', User: '' };
  const calls: Record<string, (client: RPCClient) => Promise<unknown>> = {
    ping: (client) => client.ping(),
    version: (client) => client.version(),
    export: (client) => client.export(),
    listServices: (client) => client.listServices('shop'),
    listServicesWithOptions: (client) => client.listServicesWithOptions({ Namespace: 'shop' }),
    listImages: (client) => client.listImages('<all>'),
    listImagesWithOptions: (client) => client.listImagesWithOptions({ Spec: '<all>' }),
    updateManifests: (client) => client.updateManifests({ type: 'sync', cause: noCause, spec: {} }),
    syncNotify: (client) => client.syncNotify(),
    notifyChange: (client) => client.notifyChange({ Kind: 'git', Source: { URL: '', Branch: '' } }),
    jobStatus: (client) => client.jobStatus('j'),
    syncStatus: (client) => client.syncStatus('HEAD'),
    gitRepoConfig: (client) => client.gitRepoConfig(false),
  };
  const bare: Record<string, unknown> = {
    Version: 'v',
    Export: '',
    UpdateManifests: 'j',
    JobStatus: {},
    GitRepoConfig: {},
  };

  it.each(rpcVersions)('v%i', async (version) => {
    const sent: Record<string, string[]> = {};
    for (const [name, call] of Object.entries(calls)) {
      const [service, daemon] = createMemoryPair();
      const { requests } = script(daemon, (request, id) => {
        const [, method = ''] = /RPCServer\.(\w+)/.exec(request) ?? [];
        const isBare = version === 6 || ['Ping', 'Version'].includes(method);
        const isPing = ['Ping', 'SyncNotify'].includes(method);
        const result = isBare ? (bare[method] ?? (isPing ? {} : [])) : { Result: null, ApplicationError: null };
        return JSON.stringify({ id, result, error: null });
      });
      await failureOf(call(newClient(version, service)));
      sent[name] = requests.map((request) => /RPCServer\.(\w+)/.exec(request)?.[1] ?? '');
    }
    expect(sent).toEqual({
      ping: ['Ping'],
      version: ['Version'],
      export: ['Export'],
      listServices: ['ListServices'],
      listServicesWithOptions: version < 11 ? ['ListServices'] : ['ListServicesWithOptions'],
      listImages: ['ListImages'],
      listImagesWithOptions: version < 10 ? ['ListImages', 'ListServices'] : ['ListImagesWithOptions'],
      updateManifests: ['UpdateManifests'],
      syncNotify: ['SyncNotify'],
      notifyChange: version < 9 ? [] : ['NotifyChange'],
      jobStatus: ['JobStatus'],
      syncStatus: ['SyncStatus'],
      gitRepoConfig: ['GitRepoConfig'],
    });
  });
});

describe('conformance 58, 71: methods that a daemon lacks', () => {
  const missing = (id: number, what: string, method: string): string =>
    `{"id":${id},"result":null,"error":"rpc: can't find ${what} RPCServer.${method}"}\n`;

  it.each([6, 11] as const)('v%i: a daemon without Version has the version unknown', async (version) => {
    const { client } = scripted([missing(0, 'method', 'Version'), missing(1, 'service', 'Version')], {}, version);
    expect(await client.version()).toBe('unknown');
    expect(await failureOf(client.version())).toMatchObject({
      code: 'remote',
      message: "rpc: can't find service RPCServer.Version",
    });
  });

  it('SyncNotify of a daemon without it leaves the connection alive', async () => {
    const { client } = scripted([missing(0, 'method', 'SyncNotify'), pong(1)]);
    expect(await failureOf(client.syncNotify())).toMatchObject({ code: 'remote', isFatal: false });
    await client.ping();
  });

  it('conformance 65: ListServicesWithOptions falls back on v11, and is not asked for again', async () => {
    const [service, daemon] = createMemoryPair();
    const list = '{"Result":[{"ID":"a:deployment/b"},{"ID":"a:deployment/c"}],"ApplicationError":null}';
    const { requests } = script(daemon, (_request, id) =>
      id === 0 ? missing(0, 'method', 'ListServicesWithOptions') : `{"id":${id},"result":${list},"error":null}\n`,
    );
    const client = newClientV11(service);
    const query = { Services: ['a:Deployment/c'] };
    expect(await client.listServicesWithOptions(query)).toMatchObject([{ ID: 'a:deployment/c' }]);
    expect(await client.listServicesWithOptions({ Namespace: 'a' })).toHaveLength(2);
    expect(requests.map((request) => /"method":"RPCServer\.(\w+)","params":(.*),"id"/.exec(request)?.slice(1))).toEqual(
      [
        ['ListServicesWithOptions', '[{"Namespace":"","Services":["a:deployment/c"]}]'],
        ['ListServices', '[""]'],
        ['ListServices', '["a"]'],
      ],
    );
  });
});

describe('gates', () => {
  const update = (spec: object, type = 'image'): UpdateSpec =>
    ({ type, cause: { Message: '', User: '' }, spec }) as unknown as UpdateSpec;
  /** The code with which a call is refused without a request, or `sent`. */
  async function gate(
    version: (typeof rpcVersions)[number],
    call: (client: RPCClient) => Promise<unknown>,
    options = {},
  ) {
    const [service, daemon] = createMemoryPair();
    const peer = script(daemon, (_request, id) => `{"id":${id},"result":null,"error":"stop"}`);
    const failure = await failureOf(call(newClient(version, service, options)));
    expect(failure).toBeInstanceOf(Error);
    return peer.requests.length > 0 ? 'sent' : (failure as { code: string }).code;
  }
  const kinds = ['deployment', 'daemonset', 'statefulset', 'cronjob', 'helmrelease', 'fluxhelmrelease'];

  it.each([6, 7] as const)('conformance 59: v%i takes services alone', async (version) => {
    for (const call of [
      (id: string) => (client: RPCClient) => client.listImages(id),
      (id: string) => (client: RPCClient) => client.listImagesWithOptions({ Spec: id }),
      (id: string) => (client: RPCClient) => client.updateManifests(update({ ServiceSpecs: [id] })),
    ]) {
      expect(await gate(version, call('orchard/pear'))).toBe('sent');
      expect(await gate(version, call('orchard:deployment/pear'))).toBe('upgrade_needed');
    }
    const list = (id: string) => (client: RPCClient) => client.listServicesWithOptions({ Services: [id] });
    expect(await gate(version, list('orchard/pear'))).toBe('sent');
    expect(await gate(version, list('orchard:deployment/pear'))).toBe('unsupported_resource_kind');
  });

  it.each([8, 9, 10, 11] as const)('conformance 60: v%i takes workloads', async (version) => {
    const list = (id: string) => (client: RPCClient) => client.listImages(id);
    for (const kind of kinds) expect(await gate(version, list(`orchard:${kind}/pear`))).toBe('sent');
    for (const id of ['<all>', '', 'nonsense']) expect(await gate(version, list(id))).toBe('sent');
    for (const id of ['a:pod/b', 'a/b']) expect(await gate(version, list(id))).toBe('unsupported_resource_kind');
    const services = (id: string) => (client: RPCClient) => client.listServicesWithOptions({ Services: [id] });
    expect(await gate(version, services('a:deployment/b'))).toBe('sent');
    expect(await gate(version, services('a/b'))).toBe('unsupported_resource_kind');
    expect(await gate(version, services(''))).toBe('invalid_resource_id');
  });

  it('conformance 61: an update is looked at where it names resources, but for auto, sync and containers', async () => {
    const send = (spec: object, type?: string) => gate(11, (client) => client.updateManifests(update(spec, type)));
    const refused = 'unsupported_resource_kind';
    expect(await send({ 'a:pod/b': { add: null, remove: null } }, 'policy')).toBe(refused);
    expect(await send({ 'a:deployment/b': { add: null, remove: null } }, 'policy')).toBe('sent');
    expect(await send({ ServiceSpecs: ['a:deployment/b', 'a:pod/b'] })).toBe(refused);
    expect(await send({ ServiceSpecs: ['<all>'], Excludes: ['a:pod/b'] })).toBe(refused);
    expect(await send({ ServiceSpecs: ['<all>'], Excludes: ['a:cronjob/b'] })).toBe('sent');
    expect(await send({ Changes: [{ WorkloadID: 'a:pod/b' }] }, 'auto')).toBe('sent');
    expect(await send({}, 'sync')).toBe('sent');
    expect(await send({ ContainerSpecs: { 'a:pod/b': null } }, 'containers')).toBe('sent');
  });

  it('conformance 62: a kind in capitals is the same kind', async () => {
    expect(await gate(11, (client) => client.listImages('orchard:Deployment/pear'))).toBe('sent');
  });

  it('conformance 63: the kinds of v8 and later can be chosen', async () => {
    const list = (client: RPCClient) => client.listImages('a:fluxhelmrelease/b');
    expect(await gate(8, list, { supportedKinds: ['fluxhelmrelease'] })).toBe('sent');
    expect(await gate(8, list, { supportedKinds: ['deployment'] })).toBe('unsupported_resource_kind');
  });

  it('conformance 57: NotifyChange needs v9', async () => {
    for (const version of [6, 7, 8] as const) {
      const [service, daemon] = createMemoryPair();
      const { requests } = script(daemon, () => undefined);
      const call = newClient(version, service).notifyChange({ Kind: 'git', Source: { URL: '', Branch: '' } });
      expect(await failureOf(call)).toMatchObject({
        code: 'upgrade_needed',
        message: 'NotifyChange method not implemented',
        application: { type: 'user', help: expect.stringContaining('NotifyChange method not implemented') as string },
      });
      expect(requests).toEqual([]);
    }
  });
});

describe('polyfills', () => {
  const list = [{ ID: 'a:deployment/z' }, { ID: 'a:deployment/b' }, { ID: 'b:deployment/b' }];

  it('conformance 66: ListServicesWithOptions picks in the order of the daemon', async () => {
    const [service, daemon] = createMemoryPair();
    const { requests } = script(daemon, (_request, id) =>
      JSON.stringify({ id, result: { Result: list, ApplicationError: null }, error: null }),
    );
    const client = newClientV9(service);
    const both = client.listServicesWithOptions({ Namespace: 'a', Services: ['a:deployment/b'] });
    expect(await failureOf(both)).toMatchObject({
      code: 'conflicting_options',
      message: "cannot filter by 'namespace' and 'services' at the same time",
    });
    expect(requests).toEqual([]);
    const wanted = await client.listServicesWithOptions({ Services: ['b:deployment/b', 'a:deployment/z'] });
    expect(wanted?.map(({ ID }) => ID)).toEqual(['a:deployment/z', 'b:deployment/b']);
    expect(await client.listServicesWithOptions({ Services: ['c:deployment/c'] })).toBeNull();
    expect(await client.listServicesWithOptions({ Namespace: 'a' })).toHaveLength(3);
    expect(requests.map((request) => /"params":(.*),/.exec(request)?.[1])).toEqual(['[""]', '[""]', '["a"]']);
  });

  it('conformance 67: an error of ListServices comes with the images as they were', async () => {
    const image = { ID: 'a:deployment/b', Containers: null };
    const { client } = scripted(
      [
        JSON.stringify({ id: 0, result: [image], error: null }),
        JSON.stringify({ id: 1, result: null, error: 'no cluster' }),
      ],
      {},
      6,
    );
    expect(await failureOf(client.listImagesWithOptions({ Spec: '<all>' }))).toMatchObject({
      code: 'application',
      message: 'no cluster',
      partialResult: [image],
    });
  });

  it('conformance 67: a spec that is no id is an error after the first call', async () => {
    const { client, peer } = scripted(['{"id":0,"result":[],"error":null}'], {}, 6);
    expect(await failureOf(client.listImagesWithOptions({ Spec: 'nonsense' }))).toMatchObject({
      code: 'invalid_resource_id',
      message: 'parsing nonsense: invalid service ID',
      partialResult: [],
    });
    expect(peer.requests).toHaveLength(1);
  });

  it('conformance 92: a policy under a strange name is no pattern', async () => {
    const Containers = [{ Name: 'c', Available: [{ ID: 'r/p:1' }] }];
    const answer = (id: number, result: unknown) => JSON.stringify({ id, result, error: null });
    const { client } = scripted(
      [answer(0, [{ ID: 'a/b', Containers }]), answer(1, [{ ID: 'a/b', Policies: { constructor: 'x' } }])],
      {},
      6,
    );
    expect(await client.listImagesWithOptions({ Spec: '<all>' })).toMatchObject([
      { Containers: [{ FilteredImagesCount: 1 }] },
    ]);
  });
});

describe('conformance 56: results of v6 and of later versions', () => {
  it('are told apart', async () => {
    const [service, daemon] = createMemoryPair();
    script(daemon, (_request, id) => `{"id":${id},"result":{"Result":"x","ApplicationError":null},"error":null}`);
    expect(
      await failureOf(
        newClientV6(service).updateManifests({ type: 'sync', cause: { Message: '', User: '' }, spec: {} }),
      ),
    ).toMatchObject({ code: 'invalid_result', isFatal: true });
  });
});
