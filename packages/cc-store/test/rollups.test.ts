import type { MetricScope } from '@moorline/cc-api';
import type { MetricSample } from '@moorline/cc-api/server';
import { type CommonStoreOptions, openStore, type Store } from '@moorline/cc-store';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { expect, it } from 'vitest';
import { bytesOf } from '../src/database/schema.js';
import { decodeBuckets, encodeBuckets } from '../src/metrics/buckets.js';
import { horizonOf } from '../src/store/horizon.js';
import { demo, demoStore, epoch, everything, freshPlace, job, pollHourly, runSql } from './support.js';

const day = 86_400;
/** When the first bucket of an hour begins. */
const start = epoch - (epoch % 3600);
const sample = (minute: number, value: number, part: Partial<MetricSample> = {}): MetricSample => ({
  cluster: 'demo',
  host: 'n01',
  metric: 'load_one',
  time: start + minute * 60,
  value,
  ...part,
});
const minutes = (count: number): number[] => Array.from({ length: count }, (_, minute) => minute);

async function storeWithJob(store: Store, seconds: number): Promise<Store> {
  await store.backend.startJob(job(1, { startTime: start, monitoringStatus: 0 }));
  await store.backend.stopJob({ jobId: 1, stopTime: start + seconds, jobState: 'completed' }, () => true);
  return store;
}

async function read(store: Store, name = 'load_one', scope: MetricScope = 'node') {
  const found = await store.backend.getJob(1, everything);
  if (found === undefined) throw new Error('the job is there');
  const [answer] = await store.backend.jobMetrics(found, [name], [scope]);
  return answer && { timestep: answer.metric.timestep, series: answer.metric.series };
}

it('of the parts of a node are put together as samples are', async () => {
  const store = await storeWithJob(await demoStore({ maxJobMetricPoints: 12 }), 3600);
  const thread = (id: number) => ({ metric: 'flops', type: 'hwthread', typeId: String(id) }) as const;
  await store.backend.writeSamples([
    ...minutes(10).map((minute) => sample(minute, minute, thread(0))),
    ...minutes(5).map((minute) => sample(minute, 100, thread(1))),
  ]);
  expect(await read(store, 'flops')).toEqual({
    timestep: 300,
    series: [{ hostname: 'n01', id: '0', statistics: { min: 102, avg: 102, max: 102 }, data: [102] }],
  });
  expect(await read(store, 'flops', 'hwthread')).toMatchObject({
    series: [
      { id: '0', statistics: { min: 0, avg: 4.5, max: 9 }, data: [2, 7] },
      { id: '1', statistics: { min: 100, avg: 100, max: 100 }, data: [100] },
    ],
  });
});

it.each<CommonStoreOptions>([{ metricRetentionDays: 1 }, { retention: [{ metric: 'load_one', days: 1 }] }])(
  'answer for samples that are forgotten, which a late sample does not change: %o',
  async (kept) => {
    const clock = createFakeClock(start * 1000);
    const options = { ...kept, clock, rollupRetentionDays: Infinity, compactAfterMs: 3_600_000 };
    const store = await storeWithJob(await demoStore(options), 3600);
    await store.backend.writeSamples(minutes(60).map((minute) => sample(minute, minute)));
    expect(await read(store)).toMatchObject({ timestep: 60 });
    const expected = {
      timestep: 300,
      series: [
        {
          hostname: 'n01',
          statistics: { min: 0, avg: 29.5, max: 59 },
          data: [2, 7, 12, 17, 22, 27, 32, 37, 42, 47, 52, 57],
        },
      ],
    };
    await store.compact();
    for (let hour = 0; hour < 25; hour++) await clock.advance(3_600_000);
    await pollHourly(store, clock, async () => (await store.check()).chunks).toBe(0);
    expect(await store.check()).toMatchObject({ isSound: true, rollups: 2 });
    expect(await read(store)).toEqual(expected);
    await store.backend.writeSamples([sample(3, 1000)]);
    expect(await read(store)).toEqual(expected);
    await store.compact();
    expect(await read(store)).toEqual(expected);
  },
);

it('are kept as long as the samples, by whichever rule, or longer', () => {
  const retention = [
    { metric: 'long', days: 9 },
    { metric: 'short', days: 1 },
  ];
  const horizons = (rollupRetentionDays: number | undefined) =>
    ['long', 'short', 'other'].map((metric) => {
      const horizonAt = horizonOf({ retention, metricRetentionDays: 2, rollupRetentionDays });
      const { samplesBefore = 0, rollupsBefore = 0 } = horizonAt({ cluster: 'demo', metric }, 10 * day) ?? {};
      return [samplesBefore / day, rollupsBefore / day];
    });
  expect(horizons(undefined)).toEqual([
    [1, 1],
    [9, 9],
    [8, 8],
  ]);
  expect(horizons(3)).toEqual([
    [1, 1],
    [9, 7],
    [8, 7],
  ]);
});

it('are forgotten after their own time, and then their series', async () => {
  const clock = createFakeClock(start * 1000);
  const options = { clock, metricRetentionDays: 1, rollupRetentionDays: 2, compactAfterMs: 3_600_000 };
  const store = await storeWithJob(await demoStore(options), 3600);
  await store.backend.writeSamples([sample(0, 1)]);
  await store.compact();
  for (const kept of [
    { chunks: 0, rollups: 2 },
    { chunks: 0, rollups: 0 },
  ]) {
    for (let hour = 0; hour < 23; hour++) await clock.advance(3_600_000);
    await pollHourly(store, clock, () => store.check()).toMatchObject({ isSound: true, ...kept });
  }
  expect(await read(store)).toBeUndefined();
});

it('of a file without any come with its next full chunks; a damaged one is left out and told', async () => {
  const place = freshPlace();
  const first = await storeWithJob(await openStore(place), 40 * 3600);
  await first.clusters.putCluster(demo);
  await first.backend.writeSamples(minutes(2000).map((minute) => sample(minute, minute % 5)));
  await first.close();
  // As it was before there were roll-ups.
  await runSql(place, 'update chunk set rolled = 0');
  await runSql(place, 'delete from rollup');
  const second = await openStore({ ...place, maxJobMetricPoints: 500 });
  const before = await read(second);
  expect(before).toMatchObject({ timestep: 300, series: [{ data: Array<number>(400).fill(2) }] });
  await second.backend.writeSamples(minutes(400).map((minute) => sample(2000 + minute, 2)));
  await second.close();
  expect(await runSql(place, 'select count(*) as n from chunk where rolled = 0')).toEqual([{ n: 1 }]);

  await runSql(place, 'update rollup set data = ? where step = 300', [Uint8Array.of(1, 2, 3, 4, 5)]);
  const logger = createRecordingLogger();
  await using third = await openStore({ ...place, logger, maxJobMetricPoints: 500 });
  expect(await third.check()).toMatchObject({ isSound: false, faults: [expect.stringContaining('roll-up')] });
  const { timestep, series } = (await read(third)) ?? {};
  expect({ timestep, isShorter: (series?.[0]?.data.length ?? 0) < 480 }).toEqual({ timestep: 300, isShorter: true });
  expect(logger.records).toMatchObject([{ level: 'error', fields: { rollup: expect.any(Number) } }]);
});

it('are compared with the samples by a check', async () => {
  const place = freshPlace();
  await using store = await demoStore(place);
  await store.backend.writeSamples(minutes(600).map((minute) => sample(minute, minute % 5)));
  await store.compact();
  expect(await store.check()).toMatchObject({ isSound: true, chunks: 2, rollups: 2 });
  const [row] = await runSql(place, 'select data from rollup where step = 300');
  const buckets = decodeBuckets(bytesOf(row?.data as Uint8Array));
  if (buckets === undefined) throw new Error('the row is sound');
  const wrong = encodeBuckets({
    ...buckets,
    max: buckets.max.map((value, index) => (index === 7 ? value + 1 : value)),
  });
  for (const [step, change] of [
    [300, () => runSql(place, 'update rollup set data = ? where step = 300', [wrong])],
    [3600, () => runSql(place, 'delete from rollup where step = 3600')],
  ] as const) {
    await change();
    expect(await store.check(), `of ${step} s`).toMatchObject({
      isSound: false,
      faults: ['the roll-ups of series 1 are not what its samples come to'],
    });
    await runSql(place, 'update rollup set data = ? where step = 300', [encodeBuckets(buckets)]);
  }
});
