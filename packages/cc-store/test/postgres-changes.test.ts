import { type Change, openStore, type Store } from '@moorline/cc-store';
import { expect, it, onTestFinished } from 'vitest';
import { Announcements } from '../src/postgres/announcements.js';
import { demo, epoch, freshPlace, job, type Place, runSql } from './support.js';

async function twoServers(place: Place): Promise<[Store, Store]> {
  const stores = await Promise.all([openStore(place), openStore(place)]);
  onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
  return stores;
}

/** What a store tells, as it comes. */
async function listenTo(store: Store) {
  const told: Change[] = [];
  let look = (): void => undefined;
  const { ready, close } = store.changes.subscribe((changes) => {
    told.push(...changes);
    look();
  });
  await ready;
  return {
    told,
    close,
    until: (isEnough: (told: readonly Change[]) => boolean) =>
      new Promise<void>((resolve) => {
        look = () => (isEnough(told) ? resolve() : undefined);
        look();
      }),
  };
}

const started = (...ids: number[]) => ids.map((id) => ({ kind: 'job', change: 'started', id }));

it('tells a server what another one wrote, and each its own once', async () => {
  const [a, b] = await twoServers(freshPlace());
  const [atA, atB] = [await listenTo(a), await listenTo(b)];
  await a.clusters.putCluster(demo);
  await a.backend.startJob(job(1));
  await b.backend.startJob(job(2));
  await Promise.all([atA.until((told) => told.length >= 3), atB.until((told) => told.length >= 3)]);
  // Both ways once more: had something come twice, it would have come by now.
  await a.backend.startJob(job(3));
  await b.backend.startJob(job(4));
  await Promise.all([atA.until((told) => told.length >= 5), atB.until((told) => told.length >= 5)]);
  const ids = (await a.jobs.search(all, { jobs: 'all' }))?.jobs.map(({ id }) => id) ?? [];
  for (const { told } of [atA, atB]) {
    expect(told).toHaveLength(5);
    expect(told).toEqual(expect.arrayContaining([{ kind: 'cluster', name: 'demo' }, ...started(...ids)]));
  }
});

it('tells of new samples, and of more nodes than one announcement holds', async () => {
  const [a, b] = await twoServers(freshPlace());
  const hosts = Array.from({ length: 1500 }, (_, index) => `node${String(index).padStart(4, '0')}`);
  await a.clusters.putCluster({
    ...demo,
    subClusters: demo.subClusters.map((one) => ({ ...one, nodes: 'node[0000-1499]' })),
  });
  const { told, until } = await listenTo(b);
  const idle = { state: 'idle', cpusAllocated: 0, memoryAllocated: 0, gpusAllocated: 0, jobsRunning: 0 } as const;
  await a.backend.updateNodeStates(
    'demo',
    hosts.map((hostname) => ({ hostname, ...idle })),
    epoch,
  );
  const named = (kind: 'nodes' | 'samples') => told.flatMap((change) => (change.kind === kind ? change.hosts : []));
  await until(() => named('nodes').length >= hosts.length);
  expect(named('nodes')).toEqual(hosts);
  await a.backend.writeSamples([{ cluster: 'demo', host: 'node0007', metric: 'load_one', time: epoch, value: 1 }]);
  await until(() => named('samples').length > 0);
  expect(told.at(-1)).toEqual({ kind: 'samples', cluster: 'demo', hosts: ['node0007'], time: epoch });
});

it('says reset when the connection that listens was lost, and goes on', async () => {
  const place = freshPlace();
  const [a, b] = await twoServers(place);
  const { told, until } = await listenTo(b);
  const { channel } = new Announcements('postgres' in place ? (place.postgres.schema ?? '') : '');
  await runSql(
    place,
    'select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid) where query like ?',
    [`%advisory_lock_shared%`],
  );
  await until((seen) => seen.some(({ kind }) => kind === 'reset'));
  await a.backend.startJob(job(1));
  await until((seen) => seen.some(({ kind }) => kind === 'job'));
  expect(told.filter(({ kind }) => kind === 'reset')).toHaveLength(1);
  expect(channel).toMatch(/^moorline_[0-9a-f]{32}$/);
});

it('announces nothing while nobody listens, and all that is committed after somebody does', async () => {
  const place = freshPlace();
  const [a, b] = await twoServers(place);
  const { statement, listenersLock, channel } = new Announcements(
    'postgres' in place ? (place.postgres.schema ?? '') : '',
  );
  const nothing = JSON.stringify({ from: 'the test', changes: [] });
  const sent = async () =>
    (await runSql(place, statement.replaceAll(/\$\d/g, '?'), [channel, nothing, listenersLock])).length;
  expect(await sent()).toBe(0);
  await a.backend.startJob(job(1));
  // Starts go on while the other begins to listen: those that are told are the last ones, without a gap.
  let isDone = false;
  const starts = (async () => {
    for (let jobId = 2; !isDone; jobId++) await a.backend.startJob(job(jobId));
  })();
  const { told, close, until } = await listenTo(b);
  expect(await sent()).toBe(1);
  await until((seen) => seen.length >= 20);
  isDone = true;
  await starts;
  const ids = (await a.jobs.search({ ...all, order: 'asc' }, { jobs: 'all' }))?.jobs.map(({ id }) => id) ?? [];
  const last = Number(ids.at(-1));
  await until((seen) => seen.some((change) => change.kind === 'job' && change.id === last));
  expect(told).toEqual(started(...ids.slice(-told.length)));
  close();
  await expect.poll(sent).toBe(0);
});

it('ends its connection with the store, whatever still listens', async () => {
  const place = freshPlace();
  const store = await openStore(place);
  await listenTo(store);
  await store.close();
  const { channel } = new Announcements('postgres' in place ? (place.postgres.schema ?? '') : '');
  const listening = () => runSql(place, 'select pid from pg_stat_activity where query like ?', [`LISTEN ${channel}%`]);
  expect(await listening()).toEqual([]);
});

it('splits announcements at what one may hold, and says reset of what cannot be split', () => {
  const [one, other] = [new Announcements('x'), new Announcements('x')];
  const hosts = Array.from({ length: 3000 }, (_, index) => `näme-${index}`);
  const changes: Change[] = [
    { kind: 'nodes', cluster: 'c', hosts },
    { kind: 'cluster', name: 'c'.repeat(9000) },
    { kind: 'job', change: 'deleted', id: 3 },
  ];
  const texts = one.textsOf(changes);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(8000);
  const read = texts.flatMap((text) => other.read(text));
  expect(read.flatMap((change) => (change.kind === 'nodes' ? change.hosts : []))).toEqual(hosts);
  expect(read.slice(-2)).toEqual([{ kind: 'reset' }, { kind: 'job', change: 'deleted', id: 3 }]);
  expect(texts.flatMap((text) => one.read(text))).toEqual([]);
});

const all = { states: [], tags: [], sort: 'startTime', order: 'desc', limit: 500, count: false } as const;
