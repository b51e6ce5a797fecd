import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import {
  type Change,
  type ControllerStatus,
  type GitConfig,
  isRpcError,
  type JobStatus,
  newClient,
  newClientV11,
  newClientV6,
  newClientV9,
  parseImageRef,
  parseResourceId,
  type UpdateSpec,
} from '../src/index.js';
import { type DaemonHandler, fluxError, newServer } from '../src/server.js';
import { createMemoryPair } from '../src/testing.js';
import { change } from '../src/wire/change.js';
import { controllerStatus, listServicesOptions } from '../src/wire/controllers.js';
import { readEvent } from '../src/wire/event.js';
import { exportBytes, fromBase64, toBase64 } from '../src/wire/export-bytes.js';
import { gitConfig } from '../src/wire/git-config.js';
import { container, imageInfo, imageStatus, listImagesOptions } from '../src/wire/images.js';
import { jobStatus } from '../src/wire/job-status.js';
import { methodNames, methods, readBareResult, readUnionResult } from '../src/wire/methods.js';
import { receivedUpdateSpec, updateSpec } from '../src/wire/update-spec.js';
import { failureOf } from './support/outcome.js';
import { script } from './support/scripted-peer.js';

/** A v11 client of a daemon with the handler. */
function daemonWith(handler: DaemonHandler) {
  const [service, daemon] = createMemoryPair();
  void newServer(handler).serveConn(daemon);
  return { client: newClientV11(service), sent: daemon.sent };
}

/** A client of a peer that answers one result to everything. */
function answering(result: unknown, version: 6 | 11 = 11) {
  const [service, daemon] = createMemoryPair();
  script(daemon, (_request, id) => JSON.stringify({ id, result, error: null }));
  return newClient(version, service);
}

const thrower = (error: Error) => (): never => {
  throw error;
};
const noInfo = { ID: '', Labels: {} };

describe('errors', () => {
  it.each([
    { type: 'server', help: 'line\nbreak', error: 'it "quotes" \\ <x>' },
    { type: 'missing', help: '', error: 'e' },
    { type: 'user', help: 'h', error: 'e' },
    { type: 'other', help: 'h', error: 'e' },
  ])('conformance 72: an application error of type $type comes through', async (application) => {
    const thrown = fluxError({ type: application.type as 'user', message: application.error, help: application.help });
    const { client } = daemonWith({ jobStatus: thrower(thrown) });
    expect(await failureOf(client.jobStatus('j'))).toMatchObject({
      code: 'application',
      message: application.error,
      isFatal: false,
      application,
    });
  });

  it('conformance 73: an error without its short text has an empty message, one without anything an empty type', async () => {
    const answer = (ApplicationError: object) =>
      failureOf(answering({ Result: null, ApplicationError }).syncStatus(''));
    expect(await answer({ type: 'user', help: 'h' })).toMatchObject({
      message: '',
      application: { type: 'user', help: 'h' },
    });
    expect(await answer({})).toMatchObject({ message: '', application: { type: '', help: '' } });
    expect(await answer({ Type: 'user', HELP: 'h', Error: 'e' })).toMatchObject({ message: 'e' });
  });

  it('conformance 73: an error of another JSON type is fatal', async () => {
    expect(await failureOf(answering({ Result: null, ApplicationError: 'x' }).syncStatus(''))).toMatchObject({
      isFatal: true,
      message: expect.stringContaining(
        'cannot unmarshal string into Go struct field SyncStatusResponse.ApplicationError',
      ) as string,
    });
  });

  it('conformance 74: what came beside an error is kept', async () => {
    const error = fluxError({ type: 'user', message: 'half', partialResult: [{ ID: 'a:deployment/b' }] });
    const { client } = daemonWith({ listServices: thrower(error) });
    expect(await failureOf(client.listServices(''))).toMatchObject({
      message: 'half',
      partialResult: [{ ID: 'a:deployment/b', Containers: null }],
    });
  });

  it('conformance 75: a v6 client makes an application error of a text, but for Ping and Version', async () => {
    const [service, daemon] = createMemoryPair();
    script(daemon, (_request, id) => `{"id":${id},"result":null,"error":"no such <job>"}`);
    const client = newClientV6(service);
    expect(await failureOf(client.jobStatus('j'))).toMatchObject({
      code: 'application',
      message: 'no such <job>',
      application: { type: 'user', error: 'no such <job>', help: expect.stringContaining('no such <job>') as string },
    });
    expect(await failureOf(client.ping())).toMatchObject({ code: 'remote' });
    expect(await failureOf(client.version())).toMatchObject({ code: 'remote' });
  });

  it('conformance 79: a successful Export is one', async () => {
    const { client } = daemonWith({ export: () => Uint8Array.of(1, 2) });
    expect(await client.export()).toEqual(Uint8Array.of(1, 2));
  });
});

describe('payloads', () => {
  it('conformance 80: zero values are written as Go writes them', () => {
    const rollout = '{"Desired":0,"Updated":0,"Ready":0,"Available":0,"Outdated":0,"Messages":null}';
    const zero: [{ read(value: unknown): unknown }, string][] = [
      [imageInfo, '{"ID":"","Labels":{}}'],
      [container, '{"Current":{"ID":"","Labels":{}},"LatestFiltered":{"ID":"","Labels":{}}}'],
      [imageStatus, '{"ID":"","Containers":null}'],
      [
        controllerStatus,
        `{"ID":"","Containers":null,"ReadOnly":"","Status":"","Rollout":${rollout},"SyncError":"","Antecedent":"","Labels":null,"Automated":false,"Locked":false,"Ignore":false,"Policies":null}`,
      ],
      [
        gitConfig,
        '{"remote":{"url":"","branch":"","path":""},"publicSSHKey":{"key":"","fingerprints":null},"status":"","errors":""}',
      ],
      [listImagesOptions, '{"Spec":"","OverrideContainerFields":null,"Namespace":""}'],
      [listServicesOptions, '{"Namespace":"","Services":null}'],
      [updateSpec, '{"type":"","cause":{"Message":"","User":""},"spec":null}'],
      [jobStatus, '{"Result":{},"Err":"","StatusString":""}'],
    ];
    for (const [shape, text] of zero) {
      expect(JSON.stringify(shape.read(undefined))).toBe(text);
      expect(JSON.stringify(shape.read(JSON.parse(text.startsWith('{"type"') ? 'null' : text)))).toBe(text);
    }
    const empty = (type: string) => JSON.stringify((updateSpec.read({ type, spec: null }) as { spec: unknown }).spec);
    expect(['image', 'policy', 'auto', 'sync', 'containers'].map(empty)).toEqual([
      '{"ServiceSpecs":null,"ImageSpec":"","Kind":"","Excludes":null,"Force":false}',
      'null',
      '{"Changes":null}',
      '{}',
      '{"Kind":"","ContainerSpecs":null,"SkipMismatches":false,"Force":false}',
    ]);
  });

  const info = {
    ID: 'registry.example.test/pear/api:2.4.1',
    Digest: 'sha256:5d0a',
    ImageID: 'sha256:77fe',
    Labels: { 'org.label-schema.build-date': '2021-03-04T04:06:07Z' },
    CreatedAt: '2021-03-04T04:06:07.123456789Z',
    LastFetched: '2021-03-05T00:00:00Z',
  };
  const full: ControllerStatus = {
    ID: 'orchard:deployment/pear',
    Containers: [
      {
        Name: 'api',
        Current: info,
        LatestFiltered: noInfo,
        Available: [info, noInfo],
        AvailableError: 'no data',
        AvailableImagesCount: 12,
        NewAvailableImagesCount: 2,
        FilteredImagesCount: 9,
        NewFilteredImagesCount: 1,
      },
    ],
    ReadOnly: 'NotInRepo',
    Status: 'ready',
    Rollout: { Desired: 3, Updated: 3, Ready: 3, Available: 3, Outdated: 0, Messages: ['m'] },
    SyncError: 'e',
    Antecedent: '<cluster>:helmrelease/pear',
    Labels: { team: 'fruit' },
    Automated: true,
    Locked: true,
    Ignore: true,
    Policies: { automated: 'true', 'tag.api': 'semver:~2' },
  };

  it('conformance 81, 82: full values come through whole, to the nanosecond', async () => {
    const { client, sent } = daemonWith({ listServices: () => [full] });
    expect(await client.listServices('')).toEqual([full]);
    expect(sent[0]).toContain(JSON.stringify(full).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e'));
  });

  it('conformance 83: null and empty stay what they are', async () => {
    const empty = {
      ...full,
      Containers: [],
      Labels: {},
      Policies: {},
      Rollout: { ...full.Rollout, Messages: [] },
    };
    const none = {
      ...full,
      Containers: null,
      Labels: null,
      Policies: null,
      Rollout: { ...full.Rollout, Messages: null },
    };
    const { client } = daemonWith({
      listServices: (namespace) => (namespace === '' ? [empty, none] : namespace === 'none' ? null : []),
    });
    expect(await client.listServices('')).toEqual([empty, none]);
    expect([await client.listServices('none'), await client.listServices('empty')]).toEqual([null, []]);
  });

  it.each([
    ['orchard:Deployment/pear', { namespace: 'orchard', kind: 'deployment', name: 'pear' }],
    ['orchard/pear', { namespace: 'orchard', kind: 'service', name: 'pear' }],
    ['<cluster>:namespace/x', { namespace: '<cluster>', kind: 'namespace', name: 'x' }],
    ['a:b/c:d.e_f', { namespace: 'a', kind: 'b', name: 'c:d.e_f' }],
    ['A_b-1/C_d', { namespace: 'A_b-1', kind: 'service', name: 'C_d' }],
    ...[
      'pear',
      'or.chard:deployment/x',
      'a:helm.fluxcd.io/x',
      'a/b.c',
      'a:k/',
      'a/b\n',
      '',
      '<all>',
      '<cluster>/x',
      ' a/b',
    ].map((id): [string, undefined] => [id, undefined]),
  ])('conformance 84: the resource id %j', (id, parsed) => {
    expect(parseResourceId(id)).toEqual(parsed);
  });

  it.each([
    ['foo:5000/bar', { domain: '', image: 'foo', tag: '5000/bar', digest: '' }],
    ['quay.io/x/y:tag@sha256:abc', { domain: 'quay.io', image: 'x/y', tag: 'tag', digest: 'abc' }],
    ['notlocalhost/x', { domain: 'notlocalhost', image: 'x', tag: '', digest: '' }],
    ['a/b/c/d:e', { domain: 'a', image: 'b/c/d', tag: 'e', digest: '' }],
  ])('conformance 85: the image reference %j', (ref, parsed) => {
    expect(parseImageRef(ref)).toEqual(parsed);
  });

  it.each(['', '/a', 'a/', 'x:', ':x', 'x@sha256:', 'a:b:c'])('conformance 85: %j is none', (ref) => {
    expect(() => parseImageRef(ref)).toThrow('invalid image ID');
  });

  const cause = { Message: 'roll pears', User: 'kim' };
  const specs: UpdateSpec[] = [
    {
      type: 'image',
      cause,
      spec: {
        ServiceSpecs: ['<all>'],
        ImageSpec: '<all latest>',
        Kind: 'execute',
        Excludes: ['a:deployment/fig'],
        Force: true,
      },
    },
    { type: 'policy', cause, spec: { 'a:deployment/b': { add: { locked: 'true' }, remove: null } } },
    {
      type: 'auto',
      cause,
      spec: {
        Changes: [{ WorkloadID: 'a:deployment/b', Container: { Name: 'api', Image: 'r/p:1' }, ImageID: 'r/p:2' }],
      },
    },
    { type: 'sync', cause, spec: {} },
    {
      type: 'containers',
      cause,
      spec: {
        Kind: 'execute',
        ContainerSpecs: { 'a:deployment/b': [{ Container: 'api', Target: 'r/p:2' }] },
        SkipMismatches: true,
        Force: false,
      },
    },
  ];

  it.each(specs)('conformance 86, 89: the update $type goes there, and comes back in a job', async (update) => {
    let received: unknown;
    const job = (): JobStatus => ({ Result: { spec: update }, Err: '', StatusString: 'succeeded' });
    const { client } = daemonWith({ updateManifests: (given) => ((received = given), 'j'), jobStatus: job });
    expect(await client.updateManifests(update)).toBe('j');
    expect(received).toEqual(update);
    expect(await client.jobStatus('j')).toEqual(job());
  });

  it.each([
    [{ type: 'bogus', spec: {} }, 'unknown spec type: bogus'],
    [{ type: 'constructor', spec: {} }, 'unknown spec type: constructor'],
    [{ type: 'sync' }, 'unexpected end of JSON input'],
    [{ type: 'policy', spec: { 'bad id': {} } }, 'parsing bad id: invalid service ID'],
    [{ type: 'policy', spec: { '': {} } }, 'parsing : invalid service ID'],
    [
      {
        type: 'containers',
        spec: { ContainerSpecs: { 'a:deployment/b': [{ Container: 'c', Current: '', Target: 'x:1' }] } },
      },
      'parsing "": blank image name: invalid image ID',
    ],
    [5, 'json: cannot unmarshal number into Go value of type update.Spec'],
  ])('conformance 86: the update %j is refused', (update, message) => {
    expect(() => receivedUpdateSpec.read(update)).toThrow(message);
  });

  it('conformance 86: a policy set may be a list of names, and Current is left out where it is empty', () => {
    expect(
      updateSpec.read({ type: 'policy', spec: { 'a:Deployment/b': { add: ['locked', 'automated'] } } }),
    ).toMatchObject({
      spec: { 'a:deployment/b': { add: { automated: 'true', locked: 'true' }, remove: null } },
    });
    const spec = { ContainerSpecs: { 'a:deployment/b': [{ Container: 'c', Current: '', Target: 'x:1' }] } };
    expect(JSON.stringify(updateSpec.read({ type: 'containers', spec }))).toContain(
      '[{"Container":"c","Target":"x:1"}]',
    );
  });

  it.each([
    { Kind: 'git', Source: { URL: 'git@h:a/b', Branch: 'main' } },
    { Kind: 'image', Source: { Name: { Domain: 'quay.io', Image: 'acme/web' } } },
  ] as Change[])('conformance 87: a change of kind $Kind goes there', async (given) => {
    let received: unknown;
    const { client } = daemonWith({ notifyChange: (got) => void (received = got) });
    await client.notifyChange(given);
    expect(received).toEqual(given);
  });

  it.each([
    [{}, 'unknown kind of change'],
    [{ Kind: 'svn', Source: {} }, 'unknown kind of change'],
    [{ Kind: 'git' }, 'unexpected end of JSON input'],
    [
      { Kind: 'image', Source: { Name: 'd/i' } },
      'json: cannot unmarshal string into Go struct field ImageUpdate.Name of type image.Name',
    ],
    [{ Kind: 'git', Source: [] }, 'json: cannot unmarshal array into Go value of type v9.GitUpdate'],
  ])('conformance 87: the change %j is refused', (given, message) => {
    expect(() => change.read(given)).toThrow(message);
  });

  it('conformance 87: a source that is null means just look again', () => {
    expect(change.read({ Kind: 'git', Source: null })).toEqual({ Kind: 'git', Source: { URL: '', Branch: '' } });
    expect(change.read({ source: { url: 'u' }, kind: 'git' })).toEqual({
      Kind: 'git',
      Source: { URL: 'u', Branch: '' },
    });
  });

  it('conformance 88: exports of no byte, and of many', async () => {
    const big = Uint8Array.from({ length: 200_001 }, (_, index) => (index * 31) % 256);
    const { client, sent } = daemonWith({
      export: ({ method }) => (method === 'Export' && sent.length > 0 ? big : new Uint8Array()),
    });
    expect((await client.export()).length).toBe(0);
    expect(sent[0]).toContain('"Result":null');
    expect(Buffer.compare(await client.export(), big)).toBe(0);
  });

  it.each([
    ['-_-_', 'illegal base64 data at input byte 0'],
    ['aGk', 'illegal base64 data at input byte 0'],
    ['aGkh aGk=', 'illegal base64 data at input byte 4'],
    ['aGkhaG', 'illegal base64 data at input byte 4'],
    ['aGk=aGk=', 'illegal base64 data at input byte 3'],
    ['a===', 'illegal base64 data at input byte 1'],
  ])('conformance 88: the text %j is no export', (text, message) => {
    expect(() => fromBase64(text)).toThrow(message);
  });

  it('conformance 88: line ends and lists of numbers are taken', () => {
    expect(Buffer.from(fromBase64('aGk\r\nh\n')).toString()).toBe('hi!');
    expect(exportBytes.read([104, 105])).toEqual(Uint8Array.of(104, 105));
    expect(() => exportBytes.read([256])).toThrow('cannot unmarshal number into Go value of type uint8');
  });

  it.each(['queued', 'running', 'failed', 'succeeded', ''])(
    'conformance 89: a job that is %j',
    async (StatusString) => {
      const job = { Result: {}, Err: StatusString === 'failed' ? 'why' : '', StatusString };
      expect(await daemonWith({ jobStatus: () => job }).client.jobStatus('j')).toEqual(job);
    },
  );

  it('conformance 90: a git config of an old daemon, and one in a state that is not known', async () => {
    const config: GitConfig = {
      remote: { url: 'ssh://git@h/f.git', branch: 'main', path: 'k8s,base' },
      publicSSHKey: { key: 'ssh-rsa A\n', fingerprints: { md5: { hash: 'aa', randomart: '+\n' } } },
      status: 'dreaming',
      errors: 'e',
    };
    expect(await answering(config, 6).gitRepoConfig(false)).toEqual(config);
    const { errors: _errors, status: _status, ...old } = config;
    expect(await answering(old, 6).gitRepoConfig(false)).toEqual({ ...config, status: '', errors: '' });
  });

  it('conformance 91: members that a daemon of 1.4.1 lacks are zero', async () => {
    const old = { ID: 'a:deployment/b', Containers: null, Status: 'ready', Automated: true };
    const [read] = (await answering([old], 6).listServices('')) ?? [];
    expect(read).toEqual({ ...controllerStatus.read(undefined), ...old });
  });

  it('conformance 92: a name like __proto__ is a name like any other', async () => {
    const text = '{"a":"1","__proto__":"x","constructor":"y"}';
    const [service, daemon] = createMemoryPair();
    script(
      daemon,
      (_request, id) =>
        `{"id":${id},"result":{"Result":[{"ID":"a/b","Labels":${text},"__proto__":{"Status":"x"}}],"ApplicationError":null},"error":null}`,
    );
    const [status] = (await newClientV9(service).listServices('')) ?? [];
    expect(JSON.stringify(status?.Labels)).toBe(text);
    expect([status?.Status, Object.getPrototypeOf(status), ({} as { Status?: string }).Status]).toEqual([
      '',
      Object.prototype,
      undefined,
    ]);
  });

  it('drops members that it does not know, and finds those that it knows in any case', () => {
    expect(imageInfo.read({ id: 'x:1', More: 1, LABELS: null, createdat: '2020-01-02T03:04:05.100+02:00' })).toEqual({
      ID: 'x:1',
      Labels: {},
      CreatedAt: '2020-01-02T01:04:05.1Z',
    });
  });

  it('says where a fault is', () => {
    const read = (status: object) => () => controllerStatus.read(status);
    expect(read({ Rollout: { Desired: '3' } })).toThrow(
      'json: cannot unmarshal string into Go struct field RolloutStatus.Rollout.Desired of type int32',
    );
    expect(read({ Rollout: { Desired: 2 ** 31 } })).toThrow('cannot unmarshal number 2147483648 into');
    expect(read({ Automated: 'yes' })).toThrow('struct field ControllerStatus.Automated of type bool');
    expect(read({ ID: 'pear' })).toThrow('parsing pear: invalid service ID');
  });
});

describe('properties', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value as unknown);
  const names = [
    'ID',
    'Containers',
    'Result',
    'ApplicationError',
    'spec',
    'type',
    'Kind',
    'Source',
    'Labels',
    '__proto__',
    'Available',
  ];
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(
        null,
        '',
        'a:deployment/b',
        '<all>',
        0,
        1.5,
        true,
        '2020-01-02T03:04:05Z',
        'sync',
        'git',
      ),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 4 }),
    ),
  })).node;
  const value = fc.oneof(json, tree);
  /** Runs a reader: only its own errors may come out. */
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (isRpcError(error)) return undefined;
      throw error;
    }
  };

  const isEmptyVariant = (read: unknown) =>
    typeof read === 'object' &&
    read !== null &&
    (('Kind' in read && read.Kind === '') || ('type' in read && read.type === ''));

  it('every parser reads any value or refuses it, and reads its own writing as it is', () => {
    const shapes = [...methodNames.flatMap((name) => [methods[name].argument, methods[name].result]), container];
    const property = fc.property(value, (given) => {
      for (const shape of shapes) {
        const read = attempt<unknown>(() => shape.read(given));
        // Bytes travel as text, and an empty change or update is one that Go writes and does not read.
        if (read === undefined || read instanceof Uint8Array || isEmptyVariant(read)) continue;
        const again = JSON.parse(JSON.stringify(read)) as unknown;
        expect(attempt<unknown>(() => (shape as { read(value: unknown): unknown }).read(again))).toEqual(read);
      }
      attempt(() => readEvent(given));
      attempt(() => receivedUpdateSpec.read(given));
      for (const name of methodNames) {
        attempt(() => readBareResult(name, given));
        attempt(() => readUnionResult(name, given));
      }
    });
    fc.assert(property, { numRuns: fuzzInputs(200) });
  });

  it('changes nothing of what it is given, and gives the same object where there is nothing to change', () => {
    const status = fc.dictionary(fc.constantFrom('ID', 'Containers', 'Labels', 'Status', 'Rollout'), value, {
      maxKeys: 5,
    });
    const property = fc.property(status, (given) => {
      const before = JSON.stringify(given);
      const read = attempt(() => controllerStatus.read(given));
      expect(JSON.stringify(given)).toBe(before);
      if (read !== undefined) expect(controllerStatus.read(read)).toBe(read);
    });
    fc.assert(property, { numRuns: fuzzInputs(200) });
  });

  it('base64 there and back is the same bytes', () => {
    const property = fc.property(fc.uint8Array(), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    });
    fc.assert(property, { numRuns: fuzzInputs(200) });
  });

  it('image references are read or refused, and written as they are read', () => {
    const property = fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[a-z.:/@]{0,12}(@sha256:[a-f0-9]{0,4})?$/)),
      (text) => {
        attempt(() => parseImageRef(text));
      },
    );
    fc.assert(property, { numRuns: fuzzInputs(200) });
  });
});
