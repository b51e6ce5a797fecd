import { createFakeClock } from '@moorline/core/testing';
import type { Job } from '@moorline/cc-api';
import { describe, expect, it } from 'vitest';
import { demo, demoStore, epoch, everything, firstPage, job } from './support.js';

const yes = () => true;
const list = { metaData: false };
const day = 86_400;

describe('start_job', () => {
  it('#29 #62 starts a job that is listed at once', async () => {
    const { backend } = await demoStore();
    expect(await backend.startJob(job(1))).toEqual({ outcome: 'started', id: 1 });
    const jobs = await backend.listJobs({}, firstPage, everything, list);
    expect(jobs).toMatchObject([{ id: 1, jobId: 1, jobState: 'running' }]);
  });

  it('#31 #32 names the job that an identical start repeats', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    expect(await backend.startJob(job(1))).toEqual({ outcome: 'duplicate', id: 1 });
  });

  it('#33 #34 #35 lets an id be used again 24 h after every earlier start, and never before one', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    expect(await backend.startJob(job(1, { startTime: epoch + day - 1 }))).toEqual({ outcome: 'duplicate', id: 1 });
    expect(await backend.startJob(job(1, { startTime: epoch - 1_000_000 }))).toEqual({ outcome: 'duplicate', id: 1 });
    expect(await backend.startJob(job(1, { startTime: epoch + day }))).toEqual({ outcome: 'started', id: 2 });
    expect(await backend.startJob(job(1, { startTime: epoch + day + 5 }))).toEqual({ outcome: 'duplicate', id: 2 });
  });

  it('#36 keeps the ids of clusters apart', async () => {
    const { backend, clusters } = await demoStore();
    await clusters.putCluster({ ...demo, name: 'second' });
    await backend.startJob(job(1));
    expect(await backend.startJob(job(1, { cluster: 'second' }))).toMatchObject({ outcome: 'started' });
  });

  it('#37 still knows a job that was stopped', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    await backend.stopJob({ jobId: 1, stopTime: epoch + 1, jobState: 'completed' }, yes);
    expect(await backend.startJob(job(1))).toEqual({ outcome: 'duplicate', id: 1 });
  });

  it('#59 shows monitoringStatus 1, and leaves 0 out', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    await backend.startJob(job(2, { monitoringStatus: 0, startTime: epoch + 1 }));
    const [second, first] = await backend.listJobs({}, firstPage, everything, list);
    expect(first?.monitoringStatus).toBe(1);
    expect(second !== undefined && 'monitoringStatus' in second).toBe(false);
  });

  it('#60 attaches tags in the same step; one that says no scope is global', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1, { tags: [{ type: 't', name: 'n' }] }));
    await backend.startJob(
      job(2, {
        tags: [
          { type: 't', name: 'n' },
          { type: 't', name: 'n', scope: 'bob' },
        ],
      }),
    );
    expect((await backend.getJob(1, everything))?.tags).toEqual([{ id: 1, type: 't', name: 'n', scope: 'global' }]);
    expect((await backend.getJob(2, everything))?.tags).toHaveLength(1);
    const bob = { jobs: 'own', user: 'bob', projects: ['p1'] } as const;
    expect((await backend.getJob(2, bob))?.tags).toMatchObject([{ scope: 'global' }, { scope: 'bob' }]);
  });

  it('#63 starts one of 64 identical ones sent at once', async () => {
    const { backend } = await demoStore();
    for (let round = 1; round <= 5; round++) {
      const outcomes = await Promise.all(Array.from({ length: 64 }, () => backend.startJob(job(round))));
      expect(outcomes.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(63);
    }
  });

  it('answers starts that come at once as though one came after the other', async () => {
    const { backend, clusters } = await demoStore();
    await clusters.putCluster({ ...demo, name: 'second' });
    await backend.startJob(job(1));
    const tags = [{ type: 't', name: 'n' }];
    const resources = [{ hostname: 'n01' }, { hostname: 'n02' }];
    const outcomes = await Promise.all([
      backend.startJob(job(2)),
      backend.startJob(job(1, { startTime: epoch + 1 })),
      backend.startJob(job(2, { startTime: epoch + day })),
      backend.startJob(job(3, { tags, resources, numNodes: 2 })),
      backend.startJob(job(2, { cluster: 'second' })),
      backend.startJob(job(2, { startTime: epoch + day + 1 })),
    ]);
    expect(outcomes).toEqual([
      { outcome: 'started', id: 2 },
      { outcome: 'duplicate', id: 1 },
      { outcome: 'started', id: 3 },
      { outcome: 'started', id: 4 },
      { outcome: 'started', id: 5 },
      { outcome: 'duplicate', id: 3 },
    ]);
    expect(await backend.getJob(4, everything)).toMatchObject({ jobId: 3, tags, resources });
    expect(await backend.getJob(5, everything)).toMatchObject({ jobId: 2, cluster: 'second' });
  });

  it('starts and stops more at once than one statement takes', async () => {
    const { backend } = await demoStore({ clock: createFakeClock() });
    const ids = Array.from({ length: 150 }, (_, index) => index + 1);
    const started = await Promise.all(ids.map((id) => backend.startJob(job(id, { startTime: epoch + id }))));
    expect(started).toEqual(ids.map((id) => ({ outcome: 'started', id })));
    const stopped = await Promise.all(
      ids.map((jobId) => backend.stopJob({ jobId, stopTime: epoch + 2 * jobId, jobState: 'completed' }, yes)),
    );
    expect(stopped.map((outcome) => 'job' in outcome && [outcome.job.jobId, outcome.job.duration])).toEqual(
      ids.map((id) => [id, id]),
    );
    const listed = await backend.listJobs({ states: ['completed'] }, { page: 1, itemsPerPage: 200 }, everything, list);
    expect(listed.map(({ jobId, duration }) => [jobId, duration])).toEqual([...ids].reverse().map((id) => [id, id]));
  });

  it('gives every member back, in the order of the wire', async () => {
    const { backend } = await demoStore({ clock: createFakeClock() });
    const metaData = { jobName: 'a\0b', text: '"quotes" \u{1f600}\ud800' };
    await backend.startJob(
      job(7, {
        user: 'al\0ice',
        partition: 'short',
        numNodes: 2,
        resources: [{ hostname: 'n01', hwthreads: [0, 1], accelerators: ['00:01.0'] }, { hostname: 'n02' }],
        footprint: { load_one: 1.5 },
        metaData,
        energy: 2.5,
        arrayJobId: 6,
        walltime: 3600,
        smt: 1,
        numAcc: 1,
        numHwthreads: 2,
        startTime: epoch - 100,
      }),
    );
    const found = await backend.getJob(1, everything);
    const expected: Job = {
      cluster: 'demo',
      subCluster: 'main',
      partition: 'short',
      project: 'p1',
      user: 'al\0ice',
      shared: 'none',
      jobState: 'running',
      resources: [{ hostname: 'n01', hwthreads: [0, 1], accelerators: ['00:01.0'] }, { hostname: 'n02' }],
      energyFootprint: null,
      footprint: { load_one: 1.5 },
      metaData,
      concurrentJobs: { items: null, count: 0 },
      energy: 2.5,
      arrayJobId: 6,
      walltime: 3600,
      jobId: 7,
      duration: 100,
      smt: 1,
      monitoringStatus: 1,
      numAcc: 1,
      numHwthreads: 2,
      numNodes: 2,
      statistics: null,
      id: 1,
      startTime: epoch - 100,
    };
    expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
  });
});

describe('stop_job', () => {
  it('#64 stops with duration and state, without tags and metaData', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1, { metaData: { a: 'b' }, tags: [{ type: 't', name: 'n' }] }));
    const outcome = await backend.stopJob(
      { jobId: 1, cluster: 'demo', startTime: epoch, jobState: 'completed', stopTime: epoch + 100 },
      yes,
    );
    expect(outcome).toMatchObject({
      outcome: 'stopped',
      job: { id: 1, duration: 100, jobState: 'completed', metaData: null },
    });
    expect(outcome.outcome === 'stopped' && 'tags' in outcome.job).toBe(false);
    expect(await backend.getJob(1, everything)).toMatchObject({
      duration: 100,
      jobState: 'completed',
      metaData: { a: 'b' },
    });
  });

  it('#65 #76 means the newest row when no start time is named', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    await backend.startJob(job(1, { startTime: epoch + day }));
    const stop = { jobId: 1, cluster: 'demo', jobState: 'completed', stopTime: epoch + day + 10 } as const;
    expect(await backend.stopJob(stop, yes)).toMatchObject({ outcome: 'stopped', job: { id: 2, duration: 10 } });
    expect(await backend.stopJob(stop, yes)).toMatchObject({ outcome: 'not_running', id: 2, state: 'completed' });
    expect(await backend.getJob(1, everything)).toMatchObject({ jobState: 'running' });
  });

  it('#66 #67 tells a stopped job and an unknown one', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    await backend.stopJob({ jobId: 1, stopTime: epoch, jobState: 'failed' }, yes);
    expect(await backend.stopJob({ jobId: 1, stopTime: epoch, jobState: 'failed' }, yes)).toEqual({
      outcome: 'not_running',
      id: 1,
      jobId: 1,
      cluster: 'demo',
      state: 'failed',
    });
    for (const key of [{ jobId: 2 }, { jobId: 1, cluster: 'nope' }, { jobId: 1, startTime: 1 }]) {
      const stop = { ...key, stopTime: epoch, jobState: 'failed' } as const;
      expect(await backend.stopJob(stop, yes)).toEqual({ outcome: 'not_found' });
    }
  });

  it('#69 #70 takes a stop at the start, and none before it', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    expect(await backend.stopJob({ jobId: 1, stopTime: epoch - 1, jobState: 'completed' }, yes)).toEqual({
      outcome: 'stop_before_start',
      id: 1,
      jobId: 1,
      cluster: 'demo',
      startTime: epoch,
    });
    const outcome = await backend.stopJob({ jobId: 1, stopTime: epoch, jobState: 'completed' }, yes);
    expect(outcome).toMatchObject({ outcome: 'stopped', job: { duration: 0 } });
  });

  it('asks whether this caller may stop it before it tells anything else', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    const asked: Job[] = [];
    const no = (found: Job) => {
      asked.push(found);
      return false;
    };
    expect(await backend.stopJob({ jobId: 1, stopTime: 0, jobState: 'completed' }, no)).toEqual({
      outcome: 'forbidden',
      cluster: 'demo',
    });
    expect(asked).toMatchObject([{ cluster: 'demo', resources: [{ hostname: 'n01' }] }]);
    expect(await backend.getJob(1, everything)).toMatchObject({ jobState: 'running' });
  });

  it('#77 stops a job once, however many stops come at once', async () => {
    const { backend } = await demoStore();
    for (let jobId = 1; jobId <= 20; jobId++) await backend.startJob(job(jobId));
    const stops = Array.from({ length: 20 }, (_, index) => index + 1).flatMap((jobId) =>
      [10, 20, 30, 40].map((seconds) =>
        backend.stopJob({ jobId, stopTime: epoch + seconds, jobState: 'completed' }, yes),
      ),
    );
    const outcomes = await Promise.all(stops);
    const stopped = outcomes.flatMap((outcome) => (outcome.outcome === 'stopped' ? [outcome.job] : []));
    expect(stopped.map(({ jobId }) => jobId)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(outcomes.filter(({ outcome }) => outcome === 'not_running')).toHaveLength(60);
    for (const { id = 0, duration } of stopped) {
      expect(await backend.getJob(id, everything)).toMatchObject({ duration, jobState: 'completed' });
    }
  });

  it('lets a job that was stopped as running be stopped again', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1));
    await backend.stopJob({ jobId: 1, stopTime: epoch + 5, jobState: 'running' }, yes);
    expect(await backend.usedNodes(epoch + 1)).toEqual({ demo: ['n01'] });
    const outcome = await backend.stopJob({ jobId: 1, stopTime: epoch + 9, jobState: 'completed' }, yes);
    expect(outcome).toMatchObject({ outcome: 'stopped', job: { duration: 9 } });
    expect(await backend.usedNodes(epoch + 1)).toEqual({});
  });
});

describe('queries', () => {
  it('#79 answers an empty list of an empty store', async () => {
    const { backend } = await demoStore();
    expect(await backend.listJobs({}, firstPage, everything, list)).toEqual([]);
  });

  it('#80 #91 pages through the newest first', async () => {
    const { backend } = await demoStore();
    for (let jobId = 1; jobId <= 3; jobId++) await backend.startJob(job(jobId, { startTime: epoch + jobId }));
    const page = async (number: number, itemsPerPage: number) =>
      (await backend.listJobs({}, { page: number, itemsPerPage }, everything, list)).map(({ jobId }) => jobId);
    expect(await page(1, 2)).toEqual([3, 2]);
    expect(await page(2, 2)).toEqual([1]);
    expect(await page(3, 2)).toEqual([]);
    expect(await page(1, Number.MAX_SAFE_INTEGER)).toEqual([3, 2, 1]);
    expect(await page(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('#85 #87 includes both ends of a time span, and finds nothing in one that goes backwards', async () => {
    const { backend } = await demoStore();
    for (let jobId = 1; jobId <= 4; jobId++) await backend.startJob(job(jobId, { startTime: epoch + jobId }));
    const within = async (from: number, to: number) =>
      (await backend.listJobs({ startTime: { from, to } }, firstPage, everything, list)).map(({ jobId }) => jobId);
    expect(await within(epoch + 2, epoch + 3)).toEqual([3, 2]);
    expect(await within(epoch + 3, epoch + 2)).toEqual([]);
  });

  it('#88 #89 gives metaData only where asked', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(1, { metaData: { a: 'b' } }));
    expect(await backend.listJobs({}, firstPage, everything, { metaData: true })).toMatchObject([
      { metaData: { a: 'b' } },
    ]);
    expect(await backend.listJobs({}, firstPage, everything, list)).toMatchObject([{ metaData: null }]);
  });

  it('#92 #94 finds by row id, and nothing for another', async () => {
    const { backend } = await demoStore();
    await backend.startJob(job(42));
    expect(await backend.getJob(1, everything)).toMatchObject({ id: 1, jobId: 42 });
    for (const id of [42, 0, -1, 1.5, 2 ** 60]) expect(await backend.getJob(id, everything)).toBeUndefined();
  });

  it('#99 lists hosts of running jobs that started strictly before, sorted, by cluster, each once', async () => {
    const { backend, clusters } = await demoStore();
    await clusters.putCluster({ ...demo, name: 'a-second' });
    const resources = [{ hostname: 'n03' }, { hostname: 'n01' }];
    await backend.startJob(job(1, { numNodes: 2, resources }));
    await backend.startJob(job(2, { resources: [{ hostname: 'n01' }], startTime: epoch + 1 }));
    await backend.startJob(job(3, { resources: [{ hostname: 'n02' }], cluster: 'a-second' }));
    await backend.startJob(job(4, { numNodes: 2, resources: [{ hostname: 'n05' }, { hostname: 'n05' }] }));
    expect(await backend.usedNodes(epoch)).toEqual({});
    expect(await backend.usedNodes(epoch + 1)).toEqual({ 'a-second': ['n02'], demo: ['n01', 'n03', 'n05'] });
    await backend.stopJob({ jobId: 1, stopTime: epoch, jobState: 'completed' }, yes);
    expect(await backend.usedNodes(epoch + 1)).toEqual({ 'a-second': ['n02'], demo: ['n05'] });
    expect(await backend.usedNodes(epoch + 2)).toEqual({ 'a-second': ['n02'], demo: ['n01', 'n05'] });
  });

  it('shows a reader the jobs that are its own, of its projects and of its clusters', async () => {
    const { backend, clusters } = await demoStore();
    await clusters.putCluster({ ...demo, name: 'second' });
    await backend.startJob(job(1, { user: 'alice', project: 'p1', startTime: epoch + 1 }));
    await backend.startJob(job(2, { user: 'bob', project: 'p2', startTime: epoch + 2 }));
    await backend.startJob(job(3, { user: 'carol', project: 'p1', cluster: 'second', startTime: epoch + 3 }));
    const seen = async (visibility: Parameters<typeof backend.listJobs>[2]) =>
      (await backend.listJobs({}, firstPage, visibility, list)).map(({ jobId }) => jobId);
    expect(await seen({ jobs: 'own', user: 'bob', projects: [] })).toEqual([2]);
    expect(await seen({ jobs: 'own', user: 'bob', projects: ['p1', 'p9'] })).toEqual([3, 2, 1]);
    expect(await seen({ jobs: 'own', user: 'bob', projects: ['p1'], clusters: ['demo'] })).toEqual([2, 1]);
    expect(await seen({ jobs: 'all', clusters: ['second'] })).toEqual([3]);
    expect(await seen({ jobs: 'all', clusters: [] })).toEqual([]);
    expect(await backend.getJob(1, { jobs: 'own', user: 'bob', projects: [] })).toBeUndefined();
    expect(await backend.getJob(1, { jobs: 'all', clusters: ['second'] })).toBeUndefined();
  });
});
