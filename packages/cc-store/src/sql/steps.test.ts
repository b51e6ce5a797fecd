import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GroupedWrite, runBeside, runInTurn, stepsOf } from './steps.js';

const nothing = () => Promise.resolve([]);
const [start, stop] = [() => nothing(), () => nothing()];
const alone = (...touches: string[]): GroupedWrite => ({ work: nothing, touches });
const starting = (...touches: string[]): GroupedWrite => ({ work: { together: start, item: 0 }, touches });
const stopping = (...touches: string[]): GroupedWrite => ({ work: { together: stop, item: 0 }, touches });
const anything: GroupedWrite = { work: nothing, touches: undefined };
const writesOf = (...group: GroupedWrite[]) => stepsOf(group).map(({ writes }) => writes);

describe('stepsOf', () => {
  it('puts writes of a kind together across those that touch nothing in common with them', () => {
    expect(writesOf(starting('1'), alone('metrics'), stopping('7'), starting('2'), stopping('8'))).toEqual([
      [0, 3],
      [1],
      [2, 4],
    ]);
  });

  it('puts a write behind what it touches something in common with', () => {
    expect(writesOf(starting('1'), stopping('1'), starting('1'), starting('2'))).toEqual([[0], [1], [2, 3]]);
    expect(writesOf(starting('1'), anything, starting('2'))).toEqual([[0], [1], [2]]);
  });

  it('leaves writes of a kind that touch the same to whoever runs them together', () => {
    expect(writesOf(starting('1'), starting('1'))).toEqual([[0, 1]]);
  });

  it('keeps each kind in its order, whatever else may change places', () => {
    const [first, , third] = stepsOf([starting('1'), stopping('2'), starting('2')]);
    expect(first?.after).toEqual(new Set());
    expect(third?.after).toEqual(new Set([0, 1]));
  });
});

const anyName = fc.constantFrom('1', '2', '3', '4');
const anyWrite = fc.record({
  kind: fc.constantFrom('alone', 'start', 'stop'),
  touches: fc.oneof({ weight: 8, arbitrary: fc.uniqueArray(anyName, { maxLength: 2 }) }, fc.constant(undefined)),
});

it.each([
  ['one after the other', runInTurn],
  ['beside each other', runBeside],
])('runs a group %s so that no write sees what came after it, and each what came before', async (_, run) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { maxLength: 12 }), async (writes) => {
      const names = ['1', '2', '3', '4'];
      const seen = new Map(names.map((name) => [name, '']));
      /** What each write has seen of what it touches, and leaves there. */
      const touch = (index: number): string => {
        const touched = writes[index]?.touches ?? names;
        const found = touched.map((name) => seen.get(name)).join();
        for (const name of touched) seen.set(name, `${seen.get(name)} ${index}`);
        return found;
      };
      const expected = writes.map((_, index) => touch(index));
      for (const name of names) seen.set(name, '');
      const together = {
        start: async (items: readonly number[]) => items.map(touch),
        stop: async (items: readonly number[]) => items.map(touch),
      };
      const group = writes.map(({ kind, touches }, item): GroupedWrite => {
        if (kind === 'alone') return { work: async () => Promise.resolve(touch(item)), touches };
        return { work: { together: together[kind as 'start'] as never, item }, touches };
      });
      expect(await run(group)).toEqual(expected);
    }),
  );
});

it('throws the first failure once all have ended', async () => {
  let hasEnded = false;
  const failing: GroupedWrite = { work: () => Promise.reject(new Error('no room')), touches: ['1'] };
  const slow: GroupedWrite = {
    work: async () => {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      hasEnded = true;
    },
    touches: ['2'],
  };
  await expect(runBeside([failing, slow])).rejects.toThrow('no room');
  expect(hasEnded).toBe(true);
});
