import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow, scrollTopFor } from './row-window.js';

const layout = { count: 10_000, rowHeight: 34, viewHeight: 832, headerHeight: 32 };

describe('the rows of a table that are in the document', () => {
  it.each([
    ['at the top', 0, { first: 0, end: 32 }],
    ['in the middle', 34 * 5000, { first: 4992, end: 5032 }],
    ['half a row further', 34 * 5000 + 17, { first: 4992, end: 5033 }],
    ['at the end', 34 * 10_000 - 800, { first: 9968, end: 10_000 }],
    ['beyond the end, where rows went', 34 * 20_000, { first: 10_000, end: 10_000 }],
    ['above the top, where it bounces', -60, { first: 0, end: 30 }],
  ])('are those in sight and some around: %s', (_, scrollTop, expected) => {
    expect(rowWindow(layout, scrollTop)).toEqual(expected);
  });

  it('are all that there are, where they are few', () => {
    expect(rowWindow({ ...layout, count: 3 }, 0)).toEqual({ first: 0, end: 3 });
    expect(rowWindow({ ...layout, count: 0 }, 0)).toEqual({ first: 0, end: 0 });
  });

  it('have a row in sight, wherever one had scrolled, once it was scrolled to', () => {
    const anywhere = fc.integer({ min: 0, max: layout.count - 1 });
    fc.assert(
      fc.property(anywhere, fc.double({ min: 0, max: 34 * 10_000, noNaN: true }), (index, before) => {
        const scrollTop = scrollTopFor(index, layout, before);
        expect(index * 34).toBeGreaterThanOrEqual(scrollTop);
        expect((index + 1) * 34).toBeLessThanOrEqual(scrollTop + 800);
        const { first, end } = rowWindow(layout, scrollTop);
        expect(first <= index && index < end).toBe(true);
      }),
    );
  });

  it('stay where they are, if the row is in sight already', () => {
    expect(scrollTopFor(10, layout, 100)).toBe(100);
  });
});
