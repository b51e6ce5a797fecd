import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CellPlace, moveFocus } from './move-focus.js';

const press = (key: string, ctrlKey = false) => ({ key, ctrlKey });

describe('moveFocus', () => {
  // 0 1 2 3 | 4 5 6 and below 0 1 2 3 | 4
  const sizes = [7, 5];
  const move = (group: number, index: number, key: string, ctrlKey = false) => {
    const place = moveFocus(sizes, 4, { group, index }, press(key, ctrlKey));
    return place && [place.group, place.index];
  };

  it('runs through the ends of rows and groups', () => {
    expect(move(0, 3, 'ArrowRight')).toEqual([0, 4]);
    expect(move(0, 6, 'ArrowRight')).toEqual([1, 0]);
    expect(move(1, 0, 'ArrowLeft')).toEqual([0, 6]);
    expect(move(0, 0, 'ArrowLeft')).toEqual([0, 0]);
    expect(move(1, 4, 'ArrowRight')).toEqual([1, 4]);
  });

  it('keeps the column up and down, into the next group too', () => {
    expect(move(0, 1, 'ArrowDown')).toEqual([0, 5]);
    expect(move(0, 5, 'ArrowDown')).toEqual([1, 1]);
    expect(move(1, 1, 'ArrowUp')).toEqual([0, 5]);
    expect(move(0, 5, 'ArrowUp')).toEqual([0, 1]);
    expect(move(0, 1, 'ArrowUp')).toEqual([0, 1]);
  });

  it('takes the end of a shorter row', () => {
    expect(move(0, 3, 'ArrowDown')).toEqual([0, 6]);
    expect(move(1, 3, 'ArrowUp')).toEqual([0, 6]);
    expect(move(1, 3, 'ArrowDown')).toEqual([1, 4]);
    expect(move(1, 4, 'ArrowDown')).toEqual([1, 4]);
  });

  it('goes to the ends of the row, with Control to those of everything', () => {
    expect(move(0, 5, 'Home')).toEqual([0, 4]);
    expect(move(0, 5, 'End')).toEqual([0, 6]);
    expect(move(0, 1, 'End')).toEqual([0, 3]);
    expect(move(1, 2, 'Home', true)).toEqual([0, 0]);
    expect(move(0, 1, 'End', true)).toEqual([1, 4]);
  });

  it('leaves other keys alone', () => {
    expect(move(0, 0, 'a')).toBeUndefined();
    expect(move(0, 0, 'Tab')).toBeUndefined();
  });

  it('never leaves the grid, and reaches every cell by the right arrow', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
    const key = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End');
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 7 }), fc.array(key, { maxLength: 30 }), (given, columns, keys) => {
        let place: CellPlace = { group: 0, index: 0 };
        for (const one of keys) {
          place = moveFocus(given, columns, place, press(one)) ?? place;
          expect(place.index).toBeGreaterThanOrEqual(0);
          expect(place.index).toBeLessThan(given[place.group] ?? 0);
        }
        const total = given.reduce((sum, size) => sum + size, 0);
        let seen = 1;
        for (place = { group: 0, index: 0 }; ; seen++) {
          const next: CellPlace = moveFocus(given, columns, place, press('ArrowRight')) ?? place;
          if (next.group === place.group && next.index === place.index) break;
          place = next;
        }
        expect(seen).toBe(total);
      }),
    );
  });
});
