import { isStoreError, migrateStore, openStore, type Store, storeMigrations } from '@moorline/cc-store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { demo, epoch, everything, freshPlace, hardware, job, type Place, runSql, startChild } from './support.js';

const yes = () => true;
const all = { page: 1, itemsPerPage: 1_000_000 };
const load = (minute: number, value: number, host = 'n01') => ({
  cluster: 'demo',
  host,
  metric: 'load_one',
  time: epoch + minute * 60,
  value,
});

/** Two servers on one database. */
async function twoServers(place: Place = freshPlace()): Promise<[Store, Store]> {
  const stores = await Promise.all([openStore(place), openStore(place)]);
  onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
  return stores;
}

/** The servers in turn. */
const either = ([a, b]: readonly [Store, Store], index: number): Store => (index % 2 === 0 ? a : b);

/** A place whose connections can be told from those of other tests. */
function namedPlace(): { place: Place; endConnections: () => Promise<unknown> } {
  const place = freshPlace();
  if (!('postgres' in place)) throw new Error('this runs on Postgres');
  const { url, schema = '' } = place.postgres;
  // As a network or an administrator does.
  const endConnections = () =>
    runSql(place, 'select pg_terminate_backend(pid) as ended from pg_stat_activity where application_name = ?', [
      schema,
    ]);
  return { place: { postgres: { url: `${url}?application_name=${schema}`, schema } }, endConnections };
}

async function loadOf(store: Store, id = 1): Promise<(number | null)[]> {
  const found = await store.backend.getJob(id, everything);
  const [metric] = found === undefined ? [] : await store.backend.jobMetrics(found, ['load_one'], []);
  return metric?.metric.series[0]?.data ?? [];
}

describe('two servers that start at once', () => {
  it('make the tables once', async () => {
    const [a, b] = await twoServers();
    await a.backend.startJob(job(1));
    expect(await b.stats()).toMatchObject({ jobs: 1 });
  });
});

describe('two servers on one database', () => {
  it('start one of 64 identical jobs, and one of those that differ in their time', async () => {
    const stores = await twoServers();
    for (let round = 1; round <= 5; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          either(stores, index).backend.startJob(job(round, { startTime: epoch + (round % 2) * index })),
        ),
      );
      const started = outcomes.filter((outcome) => outcome.outcome === 'started');
      expect(started).toHaveLength(1);
    }
  });

  it("see the tree of all that was written, and free each other's samples", async () => {
    const [a, b] = await twoServers();
    await a.clusters.putCluster(demo);
    await a.backend.writeSamples([load(0, 1), load(5, 2)]);
    const stretch = { start: epoch, end: epoch + 300, samples: 2 };
    const tree = async (store: Store) => (await store.backend.metricTree(['demo', 'n01']))?.metrics.get('load_one');
    expect(await tree(b)).toEqual([{ ...stretch, isSaved: false }]);
    await b.compact();
    expect(await tree(a)).toEqual([{ ...stretch, isSaved: true }]);
    expect(await b.backend.freeMetrics([['demo']], epoch + 301)).toBe(1);
    expect(await tree(a)).toBeUndefined();
    await a.backend.writeSamples([load(6, 3)]);
    expect(await b.backend.freeMetrics([['demo']], epoch)).toBe(0);
    expect(await tree(a)).toEqual([{ start: epoch + 360, end: epoch + 360, samples: 1, isSaved: true }]);
  });

  it('stop each job once', async () => {
    const [a, b] = await twoServers();
    for (let jobId = 1; jobId <= 20; jobId++) await a.backend.startJob(job(jobId));
    const stops = Array.from({ length: 80 }, (_, index) =>
      either([a, b], index).backend.stopJob(
        { jobId: 1 + (index >> 2), stopTime: epoch + 10 + (index % 4), jobState: 'completed' },
        yes,
      ),
    );
    const outcomes = await Promise.all(stops);
    expect(outcomes.filter((outcome) => outcome.outcome === 'stopped')).toHaveLength(20);
    expect(outcomes.filter((outcome) => outcome.outcome === 'not_running')).toHaveLength(60);
  });

  it('see what the other did to jobs, in lists and in the nodes in use', async () => {
    const [{ backend }, { backend: other }] = await twoServers();
    const states = async () =>
      (await backend.listJobs({}, all, everything, { metaData: false })).map(({ jobId, jobState }) => [
        jobId,
        jobState,
      ]);
    const used = () => backend.usedNodes(epoch + 1);
    await other.startJob(job(1, { resources: [{ hostname: 'n01' }] }));
    await other.startJob(job(2, { resources: [{ hostname: 'n02' }] }));
    expect([await states(), await used()]).toEqual([
      [
        [2, 'running'],
        [1, 'running'],
      ],
      { demo: ['n01', 'n02'] },
    ]);
    await other.stopJob({ jobId: 1, stopTime: epoch + 1, jobState: 'completed' }, yes);
    await other.deleteJob({ jobId: 2 });
    await other.startJob(job(3, { resources: [{ hostname: 'n04' }] }));
    expect([await states(), await used()]).toEqual([
      [
        [3, 'running'],
        [1, 'completed'],
      ],
      { demo: ['n04'] },
    ]);
  });

  it('make one tag of the same name, and let a token be used as often as it may', async () => {
    const stores = await twoServers();
    const [a, b] = stores;
    const tags = [{ type: 't', name: 'n' }];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => either(stores, index).backend.startJob(job(1 + index, { tags }))),
    );
    expect((await b.backend.getJob(40, everything))?.tags).toEqual((await a.backend.getJob(1, everything))?.tags);

    const { id } = await a.machines.createRegistration({ nodeGroup: 'lab', maxUses: 3 });
    const added = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        either(stores, index).machines.addMachine({ id: `m${index}`, workspace: 'w', nodeGroup: 'lab' }, { id }, {}),
      ),
    );
    expect(added.filter((machine) => machine !== undefined)).toHaveLength(3);
    expect((await b.machines.listMachines()).map(({ number }) => number)).toHaveLength(3);
  });

  it("read each other's samples at once, before and after either folds", async () => {
    const [a, b] = await twoServers();
    await a.clusters.putCluster(demo);
    // Nothing to archive: what is read are samples, however long this takes.
    await a.backend.startJob(job(1, { monitoringStatus: 0 }));
    await a.backend.stopJob({ jobId: 1, stopTime: epoch + 3600, jobState: 'completed' }, yes);
    // `b` has not heard of the cluster: it looks before it leaves samples out.
    await b.backend.writeSamples([load(0, 0)]);
    for (let minute = 1; minute < 40; minute++) {
      const [writer, reader] = minute % 2 === 0 ? [a, b] : [b, a];
      await writer.backend.writeSamples([load(minute, minute), load(0, minute)]);
      if (minute % 7 === 0) await (minute % 3 === 0 ? writer : reader).compact();
      expect(await loadOf(reader)).toEqual([minute, ...Array.from({ length: minute }, (_, index) => index + 1)]);
    }
    // Written and folded between two looks of the other one.
    await a.backend.writeSamples([load(50, 50), load(0, 99)]);
    await a.compact();
    expect((await loadOf(b)).at(0)).toBe(99);
    expect(await b.check()).toMatchObject({ isSound: true, journalRows: 0 });
    expect((await b.stats()).metrics.series).toBe(1);
  });

  it('give a series that both make one number', async () => {
    const [a, b] = await twoServers();
    await a.clusters.putCluster(demo);
    const hosts = Array.from({ length: 16 }, (_, index) => `n${String(index + 1).padStart(2, '0')}`);
    await Promise.all([
      a.backend.writeSamples(hosts.map((host) => load(0, 1, host))),
      b.backend.writeSamples([...hosts].reverse().map((host) => load(1, 2, host))),
    ]);
    expect((await a.stats()).metrics).toMatchObject({ series: 16, journalSamples: 32 });
    await Promise.all([a.compact(), b.compact()]);
    expect(await a.check()).toMatchObject({ isSound: true, chunks: 16, journalRows: 0 });
  });

  it('add hosts to one cluster at the same time', async () => {
    const stores = await twoServers();
    const { metricConfig } = demo;
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        either(stores, index).clusters.describeHost('lab', `h${index}`, { subCluster: hardware, metricConfig }),
      ),
    );
    for (const { backend } of stores) {
      const [lab] = await backend.clusters();
      expect(lab?.subClusters).toMatchObject([{ name: 'main', nodes: 'h[0-9]' }]);
    }
  });
});

describe('a server that loses its connections', () => {
  it('connects again, and tells of each write whether it was kept', async () => {
    const { place, endConnections } = namedPlace();
    const [a, b] = await twoServers(place);
    const answered: number[] = [];
    const unknown: number[] = [];
    let isEnding = true;
    const ending = (async () => {
      for (let times = 0; times < 5; times++) await endConnections();
      isEnding = false;
    })();
    for (let jobId = 1; isEnding || jobId < 100; jobId += 4) {
      await Promise.all(
        [0, 1, 2, 3].map(async (index) => {
          try {
            await either([a, b], index).backend.startJob(job(jobId + index));
            answered.push(jobId + index);
          } catch (error) {
            if (!isStoreError(error)) throw error;
            expect(['connection_lost', 'outcome_unknown']).toContain(error.code);
            if (error.code === 'outcome_unknown') unknown.push(jobId + index);
          }
        }),
      );
    }
    await ending;
    const kept = (await a.backend.listJobs({}, all, everything, { metaData: false })).map(({ jobId }) => jobId);
    expect(kept).toEqual(expect.arrayContaining(answered));
    expect(kept.filter((jobId) => !answered.includes(jobId) && !unknown.includes(jobId))).toEqual([]);
    expect(await b.check()).toMatchObject({ isSound: true });
  });
});

it('keeps every answered write of two servers that are killed, and leaves nobody waiting', async () => {
  const place = freshPlace();
  const children = [1, 100_001].map((first) => startChild('store-writer', JSON.stringify(place), String(first)));
  await Promise.all(children.map((child, index) => child.line(() => child.lines.length >= 100 + index * 50)));
  for (const child of children) child.process.kill('SIGKILL');
  await Promise.all(children.map((child) => child.ended));
  await using store = await openStore(place);
  expect(await store.check()).toMatchObject({ isSound: true });
  const kept = new Set(
    (await store.backend.listJobs({}, all, everything, { metaData: false })).map(({ jobId }) => jobId),
  );
  for (const line of children.flatMap(({ lines }) => lines)) expect(kept.has(Number(line.split(' ')[1]))).toBe(true);
  await store.backend.startJob(job(999_999));
});

it('names neither user nor password of a database that cannot be reached', async () => {
  const url = 'postgres://alice:s3cret@127.0.0.1:1/none';
  const error: unknown = await openStore({ postgres: { url } }).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'connection_lost', isRetryable: true, hint: expect.any(String) });
  expect(JSON.stringify(error) + String(error)).not.toMatch(/s3cret|alice/);
  await expect(storeMigrations({ postgres: { url } })).rejects.toMatchObject({ code: 'connection_lost' });
  await expect(migrateStore({ postgres: { url } })).rejects.toMatchObject({ code: 'connection_lost' });
  await expect(openStore({ postgres: { url: 's3cret' } })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(openStore({ postgres: { url, schema: 'A' } })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(openStore({ postgres: { url, poolSize: 0 } })).rejects.toMatchObject({ code: 'invalid_argument' });
});
