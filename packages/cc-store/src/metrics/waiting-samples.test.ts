import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from './samples.js';
import { type Waiting, WaitingSamples } from './waiting-samples.js';

const noneYet = (): Waiting => ({ waiting: 0, firstWaiting: 0, lastWaiting: 0 });

it('has the samples of each series by time, the last that arrived where several have one time', () => {
  const samples = new WaitingSamples();
  const [a, b] = [noneYet(), noneYet()];
  samples.add(a, 20, 1);
  samples.add(b, 10, 7);
  samples.add(a, 10, 2);
  samples.add(a, 20, 3);
  expect(samples.of(a)).toEqual({ times: [10, 20], values: [2, 3] });
  expect(samples.of(b)).toEqual({ times: [10], values: [7] });
  expect(samples.of(noneYet())).toEqual({ times: [], values: [] });
});

it('is what a list for each series would be, however much comes and goes', () => {
  // Steps of thousands of samples, so that memory is given back and taken again.
  const step = fc.record({
    series: fc.nat({ max: 3 }),
    add: fc.nat({ max: 30_000 }),
    drop: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const samples = new WaitingSamples();
      const series = Array.from({ length: 4 }, noneYet);
      const lists: number[][] = [[], [], [], []];
      let time = 0;
      for (const { series: number, add, drop } of steps) {
        const [one, list] = [series[number], lists[number]];
        if (one === undefined || list === undefined) throw new Error('no such series');
        for (let index = 0; index < add; index++) {
          samples.add(one, ++time, -time);
          list.push(time);
        }
        const dropped = Math.floor(drop * list.length);
        samples.drop(one, dropped);
        list.splice(0, dropped);
      }
      for (const [index, list] of lists.entries()) {
        const one = series[index] ?? noneYet();
        expect(one.waiting).toBe(list.length);
        expect(samples.of(one)).toEqual(
          inOrder(
            list,
            list.map((value) => -value),
          ),
        );
      }
    }),
    { numRuns: 20 },
  );
});
