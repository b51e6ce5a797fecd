import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyedTasks } from './keyed-tasks.js';

it('runs tasks of a key in order, all of them, and never more than there is room for', async () => {
  const tasks = fc.array(fc.record({ keys: fc.subarray(['a', 'b', 'c']), turns: fc.nat(5) }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(tasks, fc.integer({ min: 1, max: 5 }), async (list, limit) => {
      const running = new KeyedTasks(limit);
      const ended: number[] = [];
      const busy = new Set<string>();
      for (const [index, { keys, turns }] of list.entries()) {
        await running.room();
        expect(running.size).toBeLessThan(limit);
        running.add(keys, async () => {
          for (const key of keys) expect(busy.has(key)).toBe(false);
          for (const key of keys) busy.add(key);
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          for (const key of keys) busy.delete(key);
          ended.push(index);
        });
      }
      await running.idle();
      expect(running.size).toBe(0);
      expect([...ended].sort((a, b) => a - b)).toEqual(list.map((_, index) => index));
      for (const key of ['a', 'b', 'c']) {
        const ofKey = ended.filter((index) => list[index]?.keys.includes(key));
        expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
      }
    }),
    { numRuns: 50 },
  );
});
