import type { ExportedJob, Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { archivedJob as meta, demoStore, epoch, everything, firstPage, job } from './support.js';

const data = {
  cpu_load: {
    node: {
      unit: { base: '' },
      timestep: 60,
      series: [
        { hostname: 'f0720', statistics: { min: 0.5, avg: 71.9, max: 72.1 }, data: [null, 0.5, null, 72.125, null] },
      ],
    },
  },
  mem_bw: {
    socket: {
      unit: { base: 'B/s', prefix: 'G' },
      timestep: 30,
      series: ['0', '1'].map((id) => ({
        hostname: 'f0720',
        id,
        statistics: { min: 1, avg: 2, max: 3 },
        data: [1, 2, 3],
      })),
      statisticsSeries: {
        percentiles: { '25': [1, null] },
        mean: [2, 2, 2],
        median: null,
        min: [1, 1, 1],
        max: [3, 3, 3],
      },
    },
  },
};

async function exported(store: Store, filter?: Parameters<Store['exportJobs']>[0]): Promise<ExportedJob[]> {
  const jobs = [];
  for await (const one of store.exportJobs(filter)) jobs.push(one);
  return jobs;
}

describe('an imported job', () => {
  it('is there as archived, once, however often it comes', async () => {
    const store = await demoStore();
    expect(await store.importJob(meta, data)).toEqual({ outcome: 'imported', id: 1 });
    expect(await store.importJob({ ...meta, project: 'other' }, null)).toEqual({ outcome: 'known', id: 1 });
    const [listed] = await store.backend.listJobs({}, firstPage, everything, { metaData: true });
    expect(listed).toMatchObject({
      project: 'k106eb',
      jobState: 'completed',
      duration: 240,
      monitoringStatus: 3,
      footprint: { cpu_load_avg: 71.9 },
      energy: 0.3,
      metaData: meta.metaData,
      tags: [{ type: 'app', name: 'vasp', scope: 'global' }],
      statisticsText: JSON.stringify(meta.statistics),
    });
    const found = await store.backend.jobMetrics({ ...listed, cluster: 'retired' } as never, ['mem_bw'], []);
    expect(found).toEqual([{ name: 'mem_bw', scope: 'socket', metric: data.mem_bw.socket }]);
    expect(await store.check()).toMatchObject({ isSound: true, archives: 1 });
  });

  it('comes out as it went in, and goes into another store the same', async () => {
    const [store, other] = [await demoStore(), await demoStore()];
    await store.importJob(meta, data);
    const [job] = await exported(store);
    if (job === undefined) throw new Error('the job is there');
    const { smt: _, ...kept } = meta;
    expect(job.meta).toMatchObject({
      ...kept,
      monitoringStatus: 3,
      tags: [{ type: 'app', name: 'vasp', scope: 'global' }],
    });
    expect(job.meta).not.toHaveProperty('id');
    expect(job.data).toEqual(data);
    await other.importJob(JSON.parse(JSON.stringify(job.meta)), JSON.parse(JSON.stringify(job.data)));
    expect(await exported(other)).toEqual([job]);
  });

  it('of an older archive has its mode of sharing from `exclusive`', async () => {
    const store = await demoStore();
    const { shared: _, ...older } = meta;
    for (const [exclusive, shared] of ['multi_user', 'none', 'single_user'].entries()) {
      await store.importJob({ ...older, exclusive, startTime: exclusive });
      expect(await store.backend.getJob(exclusive + 1, everything)).toMatchObject({ shared });
    }
  });

  it.each([
    ['meta.json must be an object', [], data],
    ['meta.json: cluster must be a text that is not empty', { ...meta, cluster: undefined }, data],
    ['meta.json: jobState must be the state of a stopped job', { ...meta, jobState: 'running' }, data],
    ['meta.json: jobState must be the state of a stopped job', { ...meta, jobState: 'over' }, data],
    ['meta.json: jobId must be an integer ≥ 0', { ...meta, jobId: 1.5 }, data],
    ['meta.json: numNodes must be an integer ≥ 1', { ...meta, numNodes: 0 }, data],
    ['meta.json: duration must be an integer ≥ 0', { ...meta, duration: -1 }, data],
    ['meta.json: energy must be a number', { ...meta, energy: '3' }, data],
    ['meta.json: shared must be one of', { ...meta, shared: 'all' }, data],
    ['meta.json: exclusive must be 0, 1 or 2', { ...meta, shared: null, exclusive: 3 }, data],
    ['meta.json: resources must not be empty', { ...meta, resources: [] }, data],
    ['meta.json: resources must be a list', { ...meta, resources: {} }, data],
    ['meta.json: resources[0] must be an object', { ...meta, resources: [null] }, data],
    [
      'meta.json: resources[0].hwthreads[0] must be a number',
      { ...meta, resources: [{ hostname: 'n', hwthreads: ['0'] }] },
      data,
    ],
    ['meta.json: metaData.key must be a text', { ...meta, metaData: { key: 1 } }, data],
    ['meta.json: statistics.cpu_load.avg must be a number', { ...meta, statistics: { cpu_load: { avg: 'x' } } }, data],
    ['data.json must be an object', meta, []],
    ['data.json: cpu_load must be an object', meta, { cpu_load: 1 }],
    ['data.json: cpu_load.rack is no scope', meta, { cpu_load: { rack: data.cpu_load.node } }],
    ['data.json: cpu_load.node.timestep must be an integer ≥ 1', meta, { cpu_load: { node: { series: [] } } }],
    [
      'data.json: cpu_load.node.series[0].data[1] must be a number',
      meta,
      { cpu_load: { node: { ...data.cpu_load.node, series: [{ hostname: 'n', data: [1, 'x'] }] } } },
    ],
    [
      'data.json: m.node.statisticsSeries.percentiles.25 must be a list',
      meta,
      { m: { node: { timestep: 1, statisticsSeries: { percentiles: { 25: 1 } } } } },
    ],
  ])('is refused where %s', async (message, badMeta, badData) => {
    const store = await demoStore();
    await expect(store.importJob(badMeta, badData)).rejects.toMatchObject({
      code: 'import_invalid',
      message: expect.stringContaining(message) as string,
    });
    expect((await store.stats()).jobs).toBe(0);
  });
});

describe('an export', () => {
  it('gives every archived job that was asked for, page by page, and none that is not archived', async () => {
    const store = await demoStore();
    for (let jobId = 1; jobId <= 60; jobId++) await store.importJob({ ...meta, jobId, startTime: epoch + jobId }, data);
    await store.importJob({ ...meta, cluster: 'demo' });
    await store.backend.startJob(job(5));
    expect((await exported(store)).map((one) => one.meta.jobId)).toEqual([
      ...Array.from({ length: 60 }, (_, index) => index + 1),
      meta.jobId,
    ]);
    expect(await exported(store, { cluster: 'demo' })).toMatchObject([{ meta: { cluster: 'demo' }, data: {} }]);
    const some = await exported(store, { cluster: 'retired', startTime: { from: epoch + 2, to: epoch + 4 } });
    expect(some.map((one) => one.meta.jobId)).toEqual([2, 3, 4]);
  });
});
