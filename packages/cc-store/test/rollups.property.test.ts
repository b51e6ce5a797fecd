import type { MetricSample } from '@moorline/cc-api/server';
import { openStore, type Store } from '@moorline/cc-store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzInputs, soak } from '../../../tools/testenv/scale.js';
import { demo, epoch, everything, freshPlace, isShared, job, naiveBuckets } from './support.js';

const hour = 3600;
const metricConfig = demo.metricConfig.map((metric) => ({ ...metric, timestep: 10 }));
/** Jobs by the step that they are answered in: with at most 200 points a series. None begins or ends with a bucket. */
const jobs = [
  { step: 300, startTime: epoch + 7, duration: 12 * hour },
  { step: 300, startTime: epoch + 3 * hour + 1, duration: hour },
  { step: 3600, startTime: epoch - hour, duration: 72 * hour },
];

const anyBlock = fc.record({
  metric: fc.constantFrom('load_one', 'load_one', 'mem_used'),
  // Mostly onwards, sometimes back to what is in chunks and roll-ups already.
  back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }) }),
  count: fc.integer({ min: 1, max: 700 }),
  every: fc.constantFrom(10, 10, 20, 7),
  factor: fc.constantFrom(1, 0.5, -3, 0.001, Math.PI, -0),
  isBackwards: fc.boolean(),
});
const anyAction = fc.oneof(
  { weight: 4, arbitrary: anyBlock },
  { weight: 2, arbitrary: fc.constantFrom('compact' as const, 'reopen' as const, 'resend' as const) },
);

it('answers long jobs as the samples themselves come to, late and overwritten ones too, through folds and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAction, { minLength: 2, maxLength: 14 }), async (actions) => {
      const place = freshPlace();
      const open = () => openStore({ ...place, maxJobMetricPoints: 200 });
      let store = await open();
      try {
        const names = ['load_one', 'mem_used'];
        const memUsed = { ...metricConfig[0], name: 'mem_used' } as (typeof metricConfig)[number];
        await store.clusters.putCluster({ ...demo, metricConfig: [...metricConfig, memUsed] });
        for (const [index, { startTime, duration }] of jobs.entries()) {
          const jobId = index + 1;
          await store.backend.startJob(job(jobId, { startTime }));
          await store.backend.stopJob({ jobId, stopTime: startTime + duration, jobState: 'completed' }, () => true);
        }
        const model = new Map(names.map((name) => [name, new Map<number, number>()]));
        let newest = epoch - hour;
        let sent: MetricSample[] = [];
        for (const action of actions) {
          if (action === 'compact') await store.compact();
          else if (action === 'reopen') {
            await store.close();
            store = await open();
          } else if (action === 'resend') {
            for (const { metric, time, value } of sent) model.get(metric)?.set(time, value);
            await store.backend.writeSamples(sent);
          } else {
            const start = newest - action.back * 10;
            const samples = Array.from({ length: action.count }, (_, index): MetricSample => {
              const time = start + index * action.every;
              const value = (1 + ((index * 37) % 101)) * action.factor;
              model.get(action.metric)?.set(time, value);
              return { cluster: 'demo', host: 'n01', metric: action.metric, time, value };
            });
            newest = Math.max(newest, start + action.count * action.every);
            sent = action.isBackwards ? samples.reverse() : samples;
            await store.backend.writeSamples(sent);
          }
          for (const name of names) await compare(store, name, model.get(name) ?? new Map<number, number>());
        }
        expect(await store.check()).toMatchObject({ isSound: true });
      } finally {
        await store.close();
      }
    }),
    { numRuns: isShared ? soak(2, 12) : fuzzInputs(8) },
  );
});

async function compare(store: Store, name: string, model: ReadonlyMap<number, number>): Promise<void> {
  for (const [index, { step, startTime, duration }] of jobs.entries()) {
    const found = await store.backend.getJob(index + 1, everything);
    if (found === undefined) throw new Error('the job is there');
    const [answer] = await store.backend.jobMetrics({ ...found, monitoringStatus: 1 }, [name], ['node']);
    const inside = [...model].filter(([time]) => time >= startTime && time < startTime + duration);
    if (inside.length === 0) {
      expect(answer).toBeUndefined();
      continue;
    }
    const { data, statistics } = naiveBuckets(inside, step);
    expect(answer?.metric.timestep).toBe(step);
    const [series] = answer?.metric.series ?? [];
    expect(series?.data).toEqual(data.map((value) => (value === null ? null : close(value))));
    expect(series?.statistics).toEqual({ min: statistics.min, avg: close(statistics.avg), max: statistics.max });
  }
}

/** Sums are added up in another order: the last digits differ. */
const close = (value: number): unknown => expect.closeTo(value, 9);
