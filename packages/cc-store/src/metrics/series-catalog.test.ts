import type { MetricSample } from '@moorline/cc-api/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeriesCatalog } from './series-catalog.js';
import { seriesOfPage } from './series-page.js';
import type { SeriesState } from './series-state.js';

const sampleOf = (host: string, metric: string, more: Partial<MetricSample> = {}): MetricSample => ({
  cluster: 'demo',
  host,
  metric,
  time: 0,
  value: 0,
  ...more,
});

describe('a catalog of series', () => {
  it('finds what maps of all keys find, while series come and go', () => {
    const few = fc.nat({ max: 5 });
    const sample = fc
      .record({ host: few, metric: few, part: few })
      .map(({ host, metric, part }) =>
        sampleOf(
          `h${host}`,
          `m${metric}`,
          part === 0 ? {} : { type: 'hwthread', typeId: String(part), subtype: part > 4 ? 'x' : '' },
        ),
      );
    const steps = fc.array(fc.record({ sample, isRemoved: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (all) => {
        const catalog = new SeriesCatalog();
        const known = new Map<string, SeriesState>();
        for (const { sample, isRemoved } of all) {
          const { host, metric, typeId = '' } = sample;
          const key = `${host} ${metric} ${typeId}`;
          expect(catalog.find(sample)).toBe(known.get(key));
          if (isRemoved) {
            const state = known.get(key);
            if (state === undefined) continue;
            catalog.remove(state);
            known.delete(key);
            expect(catalog.byId(state.id)).toBeUndefined();
            expect(state.key).toMatchObject({ host, metric, typeId });
          } else {
            const state = catalog.of(sample);
            known.set(key, state);
            expect(state.key).toMatchObject({ cluster: 'demo', host, metric, typeId });
          }
        }
        expect([...catalog.all()].length).toBe(known.size);
        expect(catalog.size).toBe(known.size);
        for (const state of known.values()) expect(catalog.byId(state.id)).toBe(state);
        for (const host of new Set(all.map((step) => step.sample.host))) {
          expect(catalog.ofHost('demo', host)).toEqual([...known.values()].filter((state) => state.host === host));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('tells series of many hosts apart, beyond one page', () => {
    const catalog = new SeriesCatalog();
    const count = seriesOfPage + 10;
    const states = Array.from({ length: count }, (_, host) => catalog.of(sampleOf(`n${host}`, 'load')));
    for (const [index, state] of states.entries()) catalog.keep(state, index, index / 2);
    const found = states.map((_, host) => catalog.find(sampleOf(`n${host}`, 'load')));
    expect(found.every((state, host) => state === states[host])).toBe(true);
    expect(states.map(({ id, lastTime, lastValue }) => [id, lastTime, lastValue])).toEqual(
      states.map((_, index) => [index + 1, index, index / 2]),
    );
  });

  it('leaves a removed series as it was, whoever gets its row', () => {
    const catalog = new SeriesCatalog();
    const gone = catalog.of(sampleOf('n1', 'load'));
    gone.noteNewest(10, 1.5);
    gone.tail = { id: 7, samples: 3 };
    catalog.remove(gone);
    const next = catalog.of(sampleOf('n2', 'power'));
    next.noteNewest(20, 2.5);
    expect(gone).toMatchObject({ id: 1, host: 'n1', metric: 'load', lastTime: 10, lastValue: 1.5 });
    expect(gone.tail).toEqual({ id: 7, samples: 3 });
    expect(next).toMatchObject({ id: 2, host: 'n2', metric: 'power', lastTime: 20, waiting: 0, pending: 0 });
    expect(next.tail).toBeUndefined();
    expect(catalog.ofHost('demo', 'n1')).toEqual([]);
  });

  it('knows series by the ids that a database gave, far apart too', () => {
    const catalog = new SeriesCatalog();
    const key = { cluster: 'demo', host: 'n1', type: 'node', typeId: '', subtype: '', subtypeId: '' };
    const far = catalog.restore(2_000_000_000, { ...key, metric: 'load' });
    const near = catalog.restore(3, { ...key, metric: 'power' });
    expect([catalog.byId(2_000_000_000), catalog.byId(3), catalog.byId(4)]).toEqual([far, near, undefined]);
    expect(catalog.find(sampleOf('n1', 'load'))).toBe(far);
    expect(catalog.of(sampleOf('n1', 'cpu')).id).toBe(2_000_000_001);
  });
});
