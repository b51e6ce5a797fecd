import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Allotment, createAllotter } from './allot.js';

describe('createAllotter', () => {
  it('gives the lowest free nodes, those handed back first', () => {
    const allotter = createAllotter(4);
    const first = allotter.allot(2);
    expect(first).toEqual({ nodes: [0, 1], isShared: false });
    expect(allotter.allot(1)).toEqual({ nodes: [2], isShared: false });
    allotter.release(first);
    expect(allotter.allot(3)).toEqual({ nodes: [0, 1, 3], isShared: false });
  });

  it('shares the least used nodes where the log overfills the machine, and says so', () => {
    const allotter = createAllotter(3);
    allotter.allot(2);
    expect(allotter.allot(2)).toEqual({ nodes: [0, 2], isShared: true });
    expect(allotter.allot(1)).toEqual({ nodes: [1], isShared: true });
  });

  it('refuses more nodes than there are, and none', () => {
    expect(() => createAllotter(3).allot(4)).toThrow(RangeError);
    expect(() => createAllotter(3).allot(0)).toThrow(RangeError);
  });

  /** Allots for each number, and for a negative one gives back the oldest allotment. */
  const run = (size: number, steps: readonly number[]): Allotment[] => {
    const allotter = createAllotter(size);
    const held: Allotment[] = [];
    const all: Allotment[] = [];
    for (const step of steps) {
      if (step < 0) {
        const oldest = held.shift();
        if (oldest !== undefined) allotter.release(oldest);
      } else {
        const isOverfull = held.reduce((sum, { nodes }) => sum + nodes.length, 0) + step > size;
        const allotment = allotter.allot(step);
        if (!isOverfull && held.every(({ isShared }) => !isShared)) {
          const busy = new Set(held.flatMap(({ nodes }) => nodes));
          expect(allotment.nodes.some((node) => busy.has(node))).toBe(false);
          expect(allotment.isShared).toBe(false);
        }
        held.push(allotment);
        all.push(allotment);
      }
    }
    return all;
  };

  it('never gives a node to two jobs at a time while there is room, always as many as asked, always the same', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 16 })), { maxLength: 60 }), (steps) => {
        const allotments = run(16, steps);
        const counts = steps.filter((step) => step > 0);
        expect(allotments.map(({ nodes }) => new Set(nodes).size)).toEqual(counts);
        expect(run(16, steps)).toEqual(allotments);
      }),
    );
  });
});
