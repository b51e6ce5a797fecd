import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, merge, type Samples, within } from './samples.js';

const anyArrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer()), { maxLength: 40 });

/** The model: a map, in which a later write of a time wins. */
function model(arrivals: readonly (readonly [number, number])[]): Samples {
  const map = new Map(arrivals);
  const times = [...map.keys()].sort((a, b) => a - b);
  return { times, values: times.map((time) => map.get(time) as number) };
}
const arrange = (arrivals: readonly (readonly [number, number])[]) =>
  inOrder(
    arrivals.map(([time]) => time),
    arrivals.map(([, value]) => value),
  );

describe('samples', () => {
  it('in order are as a map makes them', () => {
    fc.assert(fc.property(anyArrivals, (arrivals) => void expect(arrange(arrivals)).toEqual(model(arrivals))));
  });

  it('merged are as if they had arrived one after the other', () => {
    fc.assert(
      fc.property(anyArrivals, anyArrivals, (older, newer) => {
        expect(merge(arrange(older), arrange(newer))).toEqual(model([...older, ...newer]));
      }),
    );
  });

  it('within a span are those from its one end to its other, both included', () => {
    fc.assert(
      fc.property(
        anyArrivals,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (arrivals, from, to) => {
          const inSpan = arrivals.filter(([time]) => time >= from && time <= to);
          expect(within(arrange(arrivals), from, to)).toEqual(model(inSpan));
        },
      ),
    );
  });
});
