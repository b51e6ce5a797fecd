import { createFakeClock } from '@moorline/core/testing';
import type { MetricSample, MetricTree } from '@moorline/cc-api/server';
import { type RetentionRule, type Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { keepSecondsOf } from '../src/metrics/retention.js';
import { demoStore, epoch, everything, isShared, job, pollHourly } from './support.js';

const sample = (metric: string, minute: number, host = 'n01', part: Partial<MetricSample> = {}): MetricSample => ({
  cluster: 'demo',
  host,
  metric,
  time: epoch + minute * 60,
  value: minute,
  ...part,
});
const thread = { type: 'hwthread', typeId: '3' } as const;

/** Path → `start-end samples`, minutes since the epoch; `*` behind what is in the journal only. */
function flat(tree: MetricTree | undefined, path = ''): Record<string, string[]> {
  if (tree === undefined) throw new Error('there is something below the path');
  const found: Record<string, string[]> = {};
  for (const [metric, stretches] of tree.metrics) {
    found[`${path}${metric}`] = stretches.map(
      ({ start, end, samples, isSaved }) =>
        `${(start - epoch) / 60}-${(end - epoch) / 60} ${samples}${isSaved ? '' : '*'}`,
    );
  }
  for (const [part, child] of tree.children) Object.assign(found, flat(child, `${path}${part}/`));
  return found;
}

async function filled(): Promise<Store> {
  const store = await demoStore();
  const minutes = [0, 1, 2];
  await store.backend.writeSamples([
    ...minutes.map((minute) => sample('load_one', minute)),
    ...minutes.map((minute) => sample('load_one', minute, 'n02')),
    sample('cpu_user', 1, 'n01', thread),
    sample('cpu_user', 1, 'n01', { ...thread, subtype: 'disk', subtypeId: 'sda' }),
  ]);
  await store.compact();
  await store.backend.writeSamples([sample('load_one', 9), sample('load_one', 7)]);
  return store;
}

describe('the tree of metrics', () => {
  it('has each series at its path, with what is saved and what is in the journal only', async () => {
    const store = await filled();
    const n01 = {
      load_one: ['0-2 3', '7-9 2*'],
      'hwthread3/cpu_user': ['1-1 1'],
      'hwthread3/disksda/cpu_user': ['1-1 1'],
    };
    expect(flat(await store.backend.metricTree(['demo', 'n01']))).toEqual(n01);
    expect(flat(await store.backend.metricTree(['demo', 'n01', 'hwthread3', 'disksda']))).toEqual({
      cpu_user: ['1-1 1'],
    });
    expect(flat(await store.backend.metricTree([]))).toEqual({
      ...Object.fromEntries(Object.entries(n01).map(([path, stretches]) => [`demo/n01/${path}`, stretches])),
      'demo/n02/load_one': ['0-2 3'],
    });
  });

  it('is nothing below a path where nothing was written, and empty in an empty store', async () => {
    const store = await filled();
    for (const path of [['nope'], ['demo', 'nope'], ['demo', 'n01', 'hwthread'], ['demo', 'n02', 'load_one']]) {
      expect(await store.backend.metricTree(path)).toBeUndefined();
    }
    const empty = await demoStore();
    expect(flat(await empty.backend.metricTree([]))).toEqual({});
  });
});

describe('freeing metrics', () => {
  it('deletes what ends before the time, below each of the paths, once', async () => {
    const store = await filled();
    const before = epoch + 5 * 60;
    expect(await store.backend.freeMetrics([], before)).toBe(0);
    expect(await store.backend.freeMetrics([['nope'], ['demo', 'n03']], before)).toBe(0);
    expect(
      await store.backend.freeMetrics(
        [
          ['demo', 'n01', 'hwthread3'],
          ['demo', 'n01', 'hwthread3', 'disksda'],
        ],
        before,
      ),
    ).toBe(2);
    expect(flat(await store.backend.metricTree([]))).toEqual({
      'demo/n01/load_one': ['0-9 5'],
      'demo/n02/load_one': ['0-2 3'],
    });
    // The journal is folded first: what is in one stretch with newer samples stays.
    expect(await store.backend.freeMetrics([[]], before)).toBe(1);
    expect(flat(await store.backend.metricTree([]))).toEqual({ 'demo/n01/load_one': ['0-9 5'] });
    expect(await store.backend.freeMetrics([[]], epoch + 3600)).toBe(1);
    expect(flat(await store.backend.metricTree([]))).toEqual({});
    // Where other servers write, a series stays: one of them may be about to write a sample of it.
    expect((await store.stats()).metrics.series).toBe(isShared ? 4 : 0);
    await store.backend.writeSamples([sample('load_one', 1)]);
    expect(flat(await store.backend.metricTree([]))).toEqual({ 'demo/n01/load_one': ['1-1 1*'] });
    expect(await store.check()).toMatchObject({ isSound: true });
  });

  it('passes between folds of the same series', async () => {
    const store = await filled();
    for (let minute = 10; minute < 30; minute++) {
      const write = store.backend.writeSamples([sample('load_one', minute), sample('load_one', minute, 'n02')]);
      await Promise.all([
        write,
        store.compact(),
        store.backend.freeMetrics([[]], epoch + minute * 60),
        store.compact(),
      ]);
    }
    const { metrics } = await store.stats();
    expect(metrics.corrupt).toBe(0);
    expect(await store.check()).toMatchObject({ isSound: true });
  });
});

describe('retention', () => {
  it('takes the rule that names most of a series', () => {
    const rules: RetentionRule[] = [
      { days: 4 },
      { cluster: 'a', days: 3 },
      { metric: 'm', days: 2 },
      { cluster: 'a', metric: 'm', days: 1 },
    ];
    const days = (order: RetentionRule[], cluster: string, metric: string) =>
      (keepSecondsOf(order, 9)({ cluster, metric }) ?? 0) / 86_400;
    for (const order of [rules, [...rules].reverse()]) {
      expect([days(order, 'a', 'm'), days(order, 'b', 'm'), days(order, 'a', 'n'), days(order, 'b', 'n')]).toEqual([
        1, 2, 3, 4,
      ]);
    }
    expect(days([], 'a', 'm')).toBe(9);
    expect(keepSecondsOf([{ metric: 'm', days: 1 }], undefined)({ cluster: 'a', metric: 'n' })).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])('refuses a rule of %d days', async (days) => {
    await expect(demoStore({ retention: [{ days }] })).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('keeps what a running job and one that waits for its archive need', async () => {
    const clock = createFakeClock(epoch * 1000);
    const store = await demoStore({
      clock,
      retention: [{ metric: 'load_one', days: 1 }],
      compactAfterMs: 3_600_000,
      archiveAfterMs: 90 * 86_400_000,
    });
    await store.backend.startJob(job(1, { resources: [{ hostname: 'n01' }] }));
    await store.backend.startJob(job(2, { resources: [{ hostname: 'n02' }] }));
    await store.backend.stopJob({ jobId: 2, stopTime: epoch + 600, jobState: 'completed' }, () => true);
    await store.backend.writeSamples([
      ...['n01', 'n02', 'n03'].map((host) => sample('load_one', 1, host)),
      sample('acc_util', 1, 'n03', { type: 'accelerator', typeId: '0' }),
    ]);
    const paths = async () => Object.keys(flat(await store.backend.metricTree([])));
    await store.compact();
    for (let hour = 0; hour < 27; hour++) await clock.advance(3_600_000);
    await pollHourly(store, clock, paths).toEqual([
      'demo/n01/load_one',
      'demo/n02/load_one',
      'demo/n03/accelerator0/acc_util',
    ]);
    await store.archive();
    await store.backend.stopJob({ jobId: 1, stopTime: epoch + 600, jobState: 'completed' }, () => true);
    await store.archive();
    await pollHourly(store, clock, paths).toEqual(['demo/n03/accelerator0/acc_util']);
    const found = await store.backend.getJob(1, everything);
    expect(found && (await store.backend.jobMetrics(found, [], []))).toMatchObject([{ name: 'load_one' }]);
  });
});
