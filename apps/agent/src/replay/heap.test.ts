import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHeap } from './heap.js';

it('gives out whatever was pushed in ascending order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (values) => {
      const heap = createHeap<number>((a, b) => a < b);
      for (const value of values) heap.push(value);
      expect(heap.size).toBe(values.length);
      const out: number[] = [];
      for (let value = heap.pop(); value !== undefined; value = heap.pop()) out.push(value);
      expect(out).toEqual([...values].sort((a, b) => a - b));
      expect(heap.peek()).toBeUndefined();
    }),
  );
});
