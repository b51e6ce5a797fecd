import { describe, expect, it } from 'vitest';
import { movedIndex } from './use-row-focus.js';
import { leastWidth, nextSorting } from './column.js';

describe('the keys of a table', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 0, 0],
    ['PageDown', 5, 25],
    ['PageDown', 95, 99],
    ['PageUp', 5, 0],
    ['Home', 50, 0],
    ['End', 50, 99],
    ['x', 5, undefined],
    ['toString', 5, undefined],
  ])('lead by %s from row %i to %s', (key, from, to) => {
    expect(movedIndex(key, from, { count: 100, page: 20 })).toBe(to);
  });
});

describe('a click on the head of a column', () => {
  const column = { id: 'd', header: 'Duration', width: '1fr', cell: () => '', value: () => '', sort: 'duration' };

  it('sorts by it in its own direction first, then turns it round', () => {
    const first = nextSorting({ ...column, firstOrder: 'desc' }, { by: 'user', order: 'asc' });
    expect(first).toEqual({ by: 'duration', order: 'desc' });
    expect(nextSorting({ ...column, firstOrder: 'desc' }, first)).toEqual({ by: 'duration', order: 'asc' });
    expect(nextSorting(column, undefined)).toEqual({ by: 'duration', order: 'asc' });
  });
});

describe('the width of a table', () => {
  it('is at least what its columns need', () => {
    expect(leastWidth([{ width: '4rem' }, { width: 'minmax(10rem, 2fr)' }])).toBe('calc(4rem + 10rem)');
  });
});
