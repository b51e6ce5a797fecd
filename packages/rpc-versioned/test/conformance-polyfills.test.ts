import { describe, expect, it } from 'vitest';
import { parseConstraint } from '../src/client/tags/constraint.js';
import { newerFirst, parseTagPattern, tagOf } from '../src/client/tags/tag-pattern.js';
import { compareVersions, parseVersion } from '../src/client/tags/version.js';
import { type ImageInfo, newClient, newClientV9, type RpcVersion } from '../src/index.js';
import { createMemoryPair } from '../src/testing.js';
import { failureOf } from './support/outcome.js';
import { script } from './support/scripted-peer.js';

const image = (tag: string, day: number): ImageInfo => ({
  ID: `q.io/a/b:${tag}`,
  Labels: {},
  CreatedAt: `2020-01-0${day}T00:00:00Z`,
});
const noImage = { ID: '', Labels: {} };
const newestFirst = ['2.0.0', 'latest', '1.1.0', '1.0.0', 'dev-1'].map((tag, index) => image(tag, 5 - index));

/** What a v9 client makes of one container, whose workload has the pattern as its policy. */
async function computed(pattern: string | undefined, available = newestFirst, fields: string[] | null = null) {
  const [service, daemon] = createMemoryPair();
  const container = { Name: 'c', Current: image('1.0.0', 2), Available: available, AvailableError: 'old' };
  const Policies = pattern === undefined ? null : { 'tag.c': pattern };
  const answers = [[{ ID: 'a:deployment/b', Containers: [container] }], [{ ID: 'a:deployment/b', Policies }]];
  script(daemon, (_request, id) =>
    JSON.stringify({ id, result: { Result: answers[id], ApplicationError: null }, error: null }),
  );
  const query = { Spec: '<all>', OverrideContainerFields: fields };
  const [status] = (await newClientV9(service).listImagesWithOptions(query)) ?? [];
  return status?.Containers?.[0];
}

describe('conformance 64: arguments of the methods with options', () => {
  it.each([
    [
      10,
      { Spec: '<all>', OverrideContainerFields: ['Name'], Namespace: 'orchard' },
      '{"Spec":"\\u003call\\u003e","OverrideContainerFields":["Name"],"Namespace":"orchard"}',
    ],
    [11, { Spec: '' }, '{"Spec":"","OverrideContainerFields":null,"Namespace":""}'],
  ] as const)('v%i: ListImagesWithOptions of %j', async (version, query, argument) => {
    const sent = await sentBy(version, (client) =>
      client.listImagesWithOptions({
        ...query,
        OverrideContainerFields: 'OverrideContainerFields' in query ? [...query.OverrideContainerFields] : null,
      }),
    );
    expect(sent).toBe(`{"method":"RPCServer.ListImagesWithOptions","params":[${argument}],"id":0}\n`);
  });

  it('v11: ListServicesWithOptions', async () => {
    expect(await sentBy(11, (client) => client.listServicesWithOptions({ Namespace: 'orchard' }))).toBe(
      '{"method":"RPCServer.ListServicesWithOptions","params":[{"Namespace":"orchard","Services":null}],"id":0}\n',
    );
    expect(
      await sentBy(11, (client) => client.listServicesWithOptions({ Services: ['orchard:deployment/pear'] })),
    ).toBe(
      '{"method":"RPCServer.ListServicesWithOptions","params":[{"Namespace":"","Services":["orchard:deployment/pear"]}],"id":0}\n',
    );
  });

  async function sentBy(version: RpcVersion, call: (client: ReturnType<typeof newClient>) => Promise<unknown>) {
    const [service, daemon] = createMemoryPair();
    const { requests } = script(daemon, (_request, id) => `{"id":${id},"result":null,"error":"stop"}`);
    await failureOf(call(newClient(version, service)));
    return requests.join('');
  }
});

describe('conformance 68: images by pattern', () => {
  it.each([
    [undefined, '2.0.0', 3, 4, 2],
    ['glob:*', '2.0.0', 3, 4, 2],
    ['glob:1.*', '1.1.0', 3, 2, 1],
    ['1.*', '1.1.0', 3, 2, 1],
    ['semver:~1', '1.1.0', 1, 2, 1],
    ['semver:>=1', '2.0.0', 1, 3, 2],
    ['semver:nonsense!!', '2.0.0', 1, 3, 2],
    ['regexp:^dev', 'dev-1', 3, 1, undefined],
    ['glob:latest', 'latest', 3, 1, 1],
    ['regexp:(', '2.0.0', 3, 4, 2],
    ['glob:none*', undefined, 3, undefined, undefined],
  ])('%s', async (pattern, latest, newAvailable, filtered, newFiltered) => {
    expect(await computed(pattern)).toEqual({
      Name: 'c',
      Current: image('1.0.0', 2),
      LatestFiltered: newestFirst.find(({ ID }) => ID === `q.io/a/b:${latest}`) ?? noImage,
      Available: newestFirst,
      AvailableImagesCount: 5,
      NewAvailableImagesCount: newAvailable,
      ...(filtered === undefined ? {} : { FilteredImagesCount: filtered }),
      ...(newFiltered === undefined ? {} : { NewFilteredImagesCount: newFiltered }),
    });
  });

  const unsorted = [image('1.0.0', 2), image('2.0.0', 5)];

  it('an order that came is kept where the list itself is wanted', async () => {
    expect(await computed(undefined, unsorted)).toMatchObject({ LatestFiltered: unsorted[0], FilteredImagesCount: 2 });
    expect(await computed(undefined, unsorted, ['NewAvailableImagesCount', 'LatestFiltered'])).toMatchObject({
      LatestFiltered: unsorted[0],
    });
  });

  it('and sorted where only the filtered is', async () => {
    expect(await computed(undefined, unsorted, ['LatestFiltered', 'NewFilteredImagesCount'])).toEqual({
      Current: noImage,
      LatestFiltered: unsorted[1],
      NewFilteredImagesCount: 1,
    });
  });
});

describe('conformance 69: wanted fields', () => {
  it('leaves the others empty', async () => {
    expect(await computed(undefined, newestFirst, ['AvailableError', 'AvailableImagesCount'])).toEqual({
      Current: noImage,
      LatestFiltered: noImage,
      AvailableImagesCount: 5,
    });
  });

  it('takes none for all', async () => {
    expect(await computed(undefined, newestFirst, [])).toEqual(await computed(undefined));
  });

  it('refuses a name that is none, and keeps what was there', async () => {
    expect(await failureOf(computed(undefined, newestFirst, ['Name', 'Bogus']))).toMatchObject({
      code: 'invalid_field',
      message: 'Bogus is an invalid field',
      partialResult: [{ Containers: [{ AvailableError: 'old' }] }],
    });
  });
});

describe('conformance 70: roll-outs in a status', () => {
  it.each([
    ['3 out of 5 updated', 3, 5],
    ['3 out of 5', 3, 5],
    ['\t-1\tout\u00a0of +2 and more', -1, 2],
    ['3 pods', undefined, 0],
    ['3 Out of 5', undefined, 0],
    ['3\nout of 5', undefined, 0],
    ['3 out of 2147483648', undefined, 0],
    ['updating', undefined, 0],
  ])('%j', async (Status, updated, desired) => {
    const [service, daemon] = createMemoryPair();
    const Rollout = { Outdated: 4, Messages: ['m'] };
    script(daemon, (_request, id) =>
      JSON.stringify({ id, result: { Result: [{ ID: 'a/b', Status, Rollout }], ApplicationError: null }, error: null }),
    );
    const [status] = (await newClientV9(service).listServices('')) ?? [];
    expect(status).toMatchObject({
      Status: updated === undefined ? Status : 'updating',
      Rollout: { Desired: desired, Updated: updated ?? 0, Ready: updated ?? 0, Available: updated ?? 0, ...Rollout },
    });
  });
});

describe('constraints', () => {
  const versions = [
    '0.0.3',
    '0.0.4',
    '0.2.0',
    '0.2.5',
    '0.3.0',
    '1.0.0',
    '1.2.3',
    '1.2.4-rc.1',
    '1.3.0',
    '2.0.0',
    '11.1.0',
  ];

  it.each([
    ['^0.0.3', '0.0.3'],
    ['^0.2', '0.2.0 0.2.5'],
    ['^1', '1.0.0 1.2.3 1.3.0'],
    ['^1.2.3-0', '1.2.3 1.2.4-rc.1 1.3.0'],
    ['~1.2', '1.2.3'],
    ['~>1.2.3', '1.2.3'],
    ['1.2.x', '1.2.3'],
    ['>11', ''],
    ['>1.2', '1.3.0 2.0.0 11.1.0'],
    ['>1', '2.0.0 11.1.0'],
    ['<=1.2', '0.0.3 0.0.4 0.2.0 0.2.5 0.3.0 1.0.0 1.2.3'],
    ['=<1', '0.0.3 0.0.4 0.2.0 0.2.5 0.3.0 1.0.0 1.2.3 1.3.0'],
    ['<0.2.0', '0.0.3 0.0.4'],
    ['!=1.x', '0.0.3 0.0.4 0.2.0 0.2.5 0.3.0 2.0.0 11.1.0'],
    ['>=0.2,<1', '0.2.0 0.2.5 0.3.0'],
    ['>=0.2 <1 || 2', '0.2.0 0.2.5 0.3.0 2.0.0'],
    ['1.0 - 1.2', '1.0.0 1.2.3'],
    ['=v1.0.0', '1.0.0'],
  ])('%s', (text, matching) => {
    const constraint = parseConstraint(text);
    const matched = versions.filter((tag) => {
      const version = parseVersion(tag);
      return version !== undefined && constraint?.(version);
    });
    expect(matched.join(' ')).toBe(matching);
  });

  it.each(['', ' ', '>>1', '1 ||', 'a', '1.2.3.4', '>= ', '1;2', '=01.2-01'])('%j is none', (text) => {
    expect(parseConstraint(text)).toBeUndefined();
  });

  it('orders versions, also those with numbers beyond 2^53', () => {
    const sorted = [
      '1.0.0-1',
      '1.0.0-2',
      '1.0.0-10',
      '1.0.0-a',
      '1.0.0-a.1',
      '1.0.0-b',
      '1',
      '1.0.9007199254740993',
      '1.0.9007199254740994',
    ];
    const parsed = sorted.map((text) => parseVersion(text) ?? expect.fail(text));
    expect([...parsed].reverse().sort(compareVersions)).toEqual(parsed);
    expect([parseVersion('1.2.3.4'), parseVersion('1.0.0-01'), parseVersion(`${2n ** 64n}`)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('orders images: what is no version last, of one version the greater text first', async () => {
    const order = async (pattern: string, tags: string[]) =>
      tags
        .map((tag) => image(tag, 1))
        .sort(newerFirst(await parseTagPattern(pattern)))
        .map(({ ID }) => ID.slice('q.io/a/b:'.length));
    expect(await order('semver:*', ['x', '1.2', '1.2.0', 'b', '1.10'])).toEqual(['1.10', '1.2.0', '1.2', 'b', 'x']);
    expect(await order('*', ['x', 'b'])).toEqual(['b', 'x']);
  });

  it('a pattern of a hostile daemon costs no more than others', async () => {
    const pattern = await parseTagPattern('regexp:^(a+)+$');
    expect(pattern.matches(`${'a'.repeat(10_000)}b`)).toBe(false);
    expect(parseConstraint('1'.repeat(513))).toBeUndefined();
    expect(tagOf(`${'a'.repeat(1_000_000)}/b:1`)).toBe('1');
    const glob = await parseTagPattern(`glob:${'*a'.repeat(50)}b`);
    expect(glob.matches('a'.repeat(10_000))).toBe(false);
  });
});
