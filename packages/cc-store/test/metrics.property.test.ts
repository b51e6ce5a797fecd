import type { MetricScope } from '@moorline/cc-api';
import type { MetricSample } from '@moorline/cc-api/server';
import { openStore } from '@moorline/cc-store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { demo, epoch, everything, freshPlace, hardware, isShared, job } from './support.js';

const step = 60;
const threads = hardware.topology.node;
const groups: Partial<Record<MetricScope, number[][]>> = {
  node: [threads],
  socket: hardware.topology.socket,
  core: hardware.topology.core,
  hwthread: threads.map((thread) => [thread]),
};

const anySample = fc.record({
  metric: fc.constantFrom('cpu_user', 'flops'),
  thread: fc.constantFrom(...threads),
  slot: fc.integer({ min: -2, max: 12 }),
  value: fc.integer({ min: -1000, max: 1000 }),
});
const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.array(anySample, { maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom('compact' as const, 'reopen' as const) },
);
const jobSlots = 10;

/** The model: metric → thread → slot → value. */
type Model = Map<string, Map<number, Map<number, number>>>;

function expected(model: Model, metric: string, scope: MetricScope): (number | null)[][] {
  const found: (number | null)[][] = [];
  for (const group of groups[scope] ?? []) {
    const parts = group
      .map(
        (thread) =>
          new Map([...(model.get(metric)?.get(thread) ?? [])].filter(([slot]) => slot >= 0 && slot < jobSlots)),
      )
      .filter((part) => part.size > 0);
    if (parts.length === 0) continue;
    const data = Array.from({ length: jobSlots + 1 }, (_, slot) => {
      const values = parts.flatMap((part) => part.get(slot) ?? []);
      const sum = values.reduce((total, value) => total + value, 0);
      if (values.length === 0) return null;
      if (metric === 'flops') return values.length === parts.length ? sum : null;
      return sum / values.length;
    });
    while (data.length > 0 && data[0] === null) data.shift();
    while (data.length > 0 && data.at(-1) === null) data.pop();
    if (data.length > 0) found.push(data);
  }
  return found;
}

it('aggregates as maps of every sample do, through journal, chunks and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
      const place = freshPlace();
      let store = await openStore(place);
      await store.clusters.putCluster(demo);
      await store.backend.startJob(job(1));
      await store.backend.stopJob({ jobId: 1, stopTime: epoch + jobSlots * step, jobState: 'completed' }, () => true);
      const model: Model = new Map();
      try {
        for (const action of steps) {
          if (action === 'compact') await store.compact();
          else if (action === 'reopen') {
            await store.close();
            store = await openStore(place);
          } else {
            const samples = action.map(({ metric, thread, slot, value }): MetricSample => {
              const ofMetric = model.get(metric) ?? new Map<number, Map<number, number>>();
              model.set(
                metric,
                ofMetric.set(thread, (ofMetric.get(thread) ?? new Map<number, number>()).set(slot, value)),
              );
              const part = { type: 'hwthread', typeId: String(thread) } as const;
              return { cluster: 'demo', host: 'n01', metric, ...part, time: epoch + slot * step, value };
            });
            await store.backend.writeSamples(samples);
          }
          const found = await store.backend.getJob(1, everything);
          if (found === undefined) throw new Error('the job is there');
          for (const metric of ['cpu_user', 'flops']) {
            for (const scope of ['node', 'socket', 'core', 'hwthread'] as const) {
              const [answer] = await store.backend.jobMetrics(found, [metric], [scope]);
              expect(answer?.metric.series.map(({ data }) => data) ?? []).toEqual(expected(model, metric, scope));
            }
          }
        }
        expect(await store.check()).toMatchObject({ isSound: true });
      } finally {
        await store.close();
      }
    }),
    { numRuns: isShared ? soak(2, 12) : 12 },
  );
});
