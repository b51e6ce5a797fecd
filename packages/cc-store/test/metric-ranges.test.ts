import { createFakeClock } from '@moorline/core/testing';
import type { MetricRange, Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { demoStore, epoch, everything, job } from './support.js';

const minutes = 24 * 60;
const wave = (minute: number): number => (minute * 37) % 101;
const at = (host: string, metric: string, minute: number, value: number) => ({
  cluster: 'demo',
  host,
  metric,
  time: epoch + minute * 60,
  value,
});

/** A day of one node: its load, and perhaps what each of its threads computes, without one minute of one of them. */
async function aDay(isWithThreads = false): Promise<Store> {
  const clock = createFakeClock((epoch + minutes * 60) * 1000);
  const store = await demoStore({ clock, archiveAfterMs: 3_600_000 });
  const minuteBy = Array.from({ length: minutes }, (_, minute) => minute);
  await store.backend.writeSamples(minuteBy.map((minute) => at('n01', 'load_one', minute, wave(minute))));
  if (!isWithThreads) return store;
  const threads = Array.from({ length: 8 }, (_, index) => index);
  await store.backend.writeSamples(
    minuteBy.flatMap((minute) =>
      threads.flatMap((index) => {
        const sample = { type: 'hwthread' as const, typeId: String(index) };
        return minute === 5 && index === 3 ? [] : { ...at('n01', 'flops', minute, wave(minute) + index), ...sample };
      }),
    ),
  );
  return store;
}

const all = { metrics: ['load_one'], scopes: ['node'], points: 2000 } as const;
const day = { from: epoch, to: epoch + minutes * 60 - 1 };
const only = (ranges: MetricRange[] | undefined) => {
  expect(ranges).toHaveLength(1);
  expect(ranges?.[0]?.series).toHaveLength(1);
  const series = ranges?.[0]?.series[0];
  if (series === undefined) throw new Error('no series');
  return series;
};

/** What the minutes come to in steps that begin at multiples of `step`. @param value of a minute, where there is one. */
function stepsOf(step: number, value: (minute: number) => number | undefined) {
  const steps = new Map<number, number[]>();
  for (let minute = 0; minute < minutes; minute++) {
    const found = value(minute);
    if (found === undefined) continue;
    const begin = Math.floor((epoch + minute * 60) / step) * step;
    steps.set(begin, [...(steps.get(begin) ?? []), found]);
  }
  const lists = [...steps.values()];
  return {
    from: Math.min(...steps.keys()),
    step,
    values: lists.map((list) => expect.closeTo(list.reduce((sum, one) => sum + one, 0) / list.length, 6)),
    min: lists.map((list) => Math.min(...list)),
    max: lists.map((list) => Math.max(...list)),
  };
}

describe('the range of a node', () => {
  it('has the samples as they are where they are few enough', async () => {
    const store = await aDay();
    const range = (await store.metricRanges.ofNode('demo', 'n01', { ...all, ...day })) ?? [];
    expect(range[0]).toMatchObject({ metric: 'load_one', scope: 'node', unit: { base: '' }, timestep: 60 });
    const values = Array.from({ length: minutes }, (_, minute) => wave(minute));
    const series = only(range);
    expect(series).toEqual({ host: 'n01', from: epoch, step: 60, values, statistics: series.statistics });
    expect(series.statistics).toMatchObject({ min: 0, max: 100 });
    const part = await store.metricRanges.ofNode('demo', 'n01', { ...all, from: epoch + 61, to: epoch + 180 });
    expect(only(part)).toMatchObject({ from: epoch + 120, values: [wave(2), wave(3)] });
    expect(
      await store.metricRanges.ofNode('demo', 'n01', { ...all, from: epoch + 10_000_000, to: epoch + 10_000_099 }),
    ).toEqual([]);
    expect(await store.metricRanges.ofNode('demo', 'n02', { ...all, ...day })).toEqual([]);
    expect(await store.metricRanges.ofNode('demo', 'n99', { ...all, ...day })).toBeUndefined();
    expect(await store.metricRanges.ofNode('nobody', 'n01', { ...all, ...day })).toBeUndefined();
  });

  it('has averages with least and greatest of samples and of roll-ups, as fine as the points allow', async () => {
    const store = await aDay();
    for (const isFolded of [false, true]) {
      if (isFolded) await store.compact();
      for (const [points, step] of [
        [800, 120],
        [300, 300],
        [100, 900],
        [20, 7_200],
        [10, 10_800],
      ] as const) {
        const series = only(await store.metricRanges.ofNode('demo', 'n01', { ...all, ...day, points }));
        expect(series).toEqual({ host: 'n01', ...stepsOf(step, wave), statistics: series.statistics });
        expect(series.values.length).toBeLessThanOrEqual(points);
        expect(series.statistics?.min).toBe(0);
        expect(series.statistics?.max).toBe(100);
      }
    }
  });

  it('is put together of its parts, and split into them', async () => {
    const store = await aDay(true);
    const ofScopes = (scopes: ('node' | 'socket' | 'hwthread' | 'accelerator')[], points = 2000) =>
      store.metricRanges.ofNode('demo', 'n01', { metrics: ['flops'], scopes, ...day, points });
    const sum = (minute: number) => (minute === 5 ? undefined : 8 * wave(minute) + 28);
    const fine = only(await ofScopes(['node']));
    expect(fine.values.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6].map((minute) => sum(minute) ?? null));
    expect(fine.id).toBeUndefined();
    // Put together before they are averaged, so least and greatest are those of the sum.
    const { values: _, ...expected } = stepsOf(120, sum);
    expect(only(await ofScopes(['node'], 800))).toMatchObject(expected);
    const sockets = (await ofScopes(['socket']))?.[0];
    expect(sockets?.series.map(({ id, values }) => [id, values[1]])).toEqual([
      ['0', 4 * wave(1) + 0 + 1 + 4 + 5],
      ['1', 4 * wave(1) + 2 + 3 + 6 + 7],
    ]);
    const two = await ofScopes(['node', 'hwthread']);
    expect(two?.map(({ scope, series }) => [scope, series.length])).toEqual([
      ['node', 1],
      ['hwthread', 8],
    ]);
    // Of roll-ups the bounds are what the sum may have been.
    await store.compact();
    const hours = only(await ofScopes(['node'], 25));
    const exact = stepsOf(3600, sum);
    for (const [index, least] of exact.min.entries()) {
      expect(hours.min?.[index]).toBeLessThanOrEqual(least);
      expect(hours.max?.[index]).toBeGreaterThanOrEqual(exact.max[index] ?? Infinity);
    }
    // Not finer than it is measured.
    const load = await store.metricRanges.ofNode('demo', 'n01', {
      metrics: [],
      scopes: ['accelerator'],
      ...day,
      points: 2000,
    });
    expect(load?.map(({ metric, scope }) => [metric, scope])).toEqual([
      ['load_one', 'node'],
      ['flops', 'hwthread'],
    ]);
  });
});

describe('the range of a job', () => {
  it('is its own time of its own parts, before and after it is archived', async () => {
    const store = await aDay(true);
    await store.backend.startJob(
      job(1, { startTime: epoch + 600, resources: [{ hostname: 'n01', hwthreads: [0, 1] }] }),
    );
    await store.backend.stopJob({ jobId: 1, stopTime: epoch + 600 + 3600, jobState: 'completed' }, () => true);
    const read = async (query: object) => {
      const found = await store.backend.getJob(1, everything);
      if (found === undefined) throw new Error('no such job');
      return store.metricRanges.ofJob(found, { metrics: ['flops'], scopes: [], points: 2000, ...query });
    };
    const own = Array.from({ length: 60 }, (_, minute) => 2 * wave(minute + 10) + 1);
    for (const isArchived of [false, true]) {
      if (isArchived) await store.archive();
      const whole = only(await read({}));
      expect(whole).toEqual({ host: 'n01', from: epoch + 600, step: 60, values: own, statistics: whole.statistics });
      expect(only(await read({ from: 0, to: epoch + 1_000_000 })).values).toEqual(own);
      const part = only(await read({ from: epoch + 720, to: epoch + 840 }));
      expect(part).toMatchObject({ from: epoch + 720, values: own.slice(2, 5) });
      const steps = only(await read({ points: 31 }));
      expect(steps.step).toBe(120);
      expect(steps.values.length).toBeLessThanOrEqual(31);
      expect(Math.max(...(steps.max ?? []).map(Number))).toBe(Math.max(...own));
      expect(Math.min(...(steps.min ?? []).map(Number))).toBe(Math.min(...own));
      expect(await read({ metrics: ['mem_bw'] })).toEqual([]);
      expect(await read({ from: epoch + 9_000, to: epoch + 9_100 })).toEqual([]);
    }
    const cores = (await read({ scopes: ['core'] }))[0];
    expect(cores?.series.map(({ id }) => id)).toEqual(['0', '1']);
  });
});
