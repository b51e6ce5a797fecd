import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCpuList } from './cpu-list.js';

describe('parseCpuList', () => {
  it.each([
    ['0-3,8,10-11\n', [0, 1, 2, 3, 8, 10, 11]],
    ['0\n', [0]],
    ['', []],
    ['3,1-2,2', [1, 2, 3]],
    ['x,2-,5', [5]],
    ['4-2', []],
  ])('reads %j', (text, numbers) => {
    expect(parseCpuList(text)).toEqual(numbers);
  });

  it('gives ascending numbers, each once, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const numbers = parseCpuList(text);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }),
    );
  });

  it('bounds one range', () => {
    expect(parseCpuList('0-99999999999').length).toBeLessThanOrEqual(65_536);
  });
});
