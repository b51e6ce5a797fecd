import { describe, expect, it } from 'vitest';
import { aggregate, statisticsOf, toSlots } from './slots.js';

describe('slots', () => {
  it('hold null where no sample arrived', () => {
    expect(toSlots({ times: [100, 160, 340], values: [1, 2, 3] }, 100, 60)).toEqual([1, 2, null, null, 3]);
  });

  it('take a sample that is up to half a step early or late', () => {
    expect(toSlots({ times: [100, 189, 190, 249], values: [1, 2, 3, 4] }, 100, 60)).toEqual([1, 2, 4]);
  });

  it('average over the parts that have a value', () => {
    const parts = [
      { times: [0, 60, 120], values: [1, 2, 3] },
      { times: [0, 120], values: [3, 5] },
    ];
    expect(aggregate(parts, 60, 'avg')).toEqual([2, 2, 4]);
  });

  it('sum only where every part has a value', () => {
    const parts = [
      { times: [0, 60, 120], values: [1, 2, 3] },
      { times: [0, 120], values: [3, 5] },
    ];
    expect(aggregate(parts, 60, 'sum')).toEqual([4, null, 8]);
  });

  it('of a sum begin and end with a value', () => {
    const parts = [
      { times: [0, 60, 120], values: [1, 2, 3] },
      { times: [60], values: [3] },
    ];
    expect(aggregate(parts, 60, 'sum')).toEqual([5]);
  });

  it('have the statistics of the values that are there', () => {
    expect(statisticsOf([1, null, 3])).toEqual({ min: 1, avg: 2, max: 3 });
    expect(statisticsOf([])).toEqual({ min: 0, avg: 0, max: 0 });
  });
});
