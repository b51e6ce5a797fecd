import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeHealths, nodeStatuses } from './node-status.js';
import { everything, levels, readSelection, type Selection, toggled, writeSelection } from './selection.js';

describe('the selection in the address', () => {
  it('reads back what it wrote', () => {
    const some = <T>(known: readonly T[]) => fc.subarray([...known]);
    const word = fc.string({ unit: 'grapheme', maxLength: 20 });
    const sorting = fc.record({ by: word, order: fc.constantFrom('asc', 'desc') });
    const filters = { statuses: some(nodeStatuses), healths: some(nodeHealths), host: word, sorting };
    const shape = fc.constantFrom('grid', 'table');
    const without = fc.constant<[]>([]);
    const selections: fc.Arbitrary<Selection> = fc.oneof(
      fc.record({ colour: fc.constant({ by: 'status' } as const), levels: without, shape, ...filters }),
      fc.record({ colour: fc.constant({ by: 'health' } as const), levels: without, shape, ...filters }),
      fc.record({
        colour: fc.record({ by: fc.constant('metric'), metric: word.filter((name) => name !== '') }),
        levels: some(levels),
        shape,
        ...filters,
      }),
    );
    fc.assert(
      fc.property(selections, (selection) => {
        const text = writeSelection(selection).toString();
        expect(readSelection(new URLSearchParams(text))).toEqual(selection);
      }),
    );
  });

  it('says nothing where all is seen', () => {
    expect(writeSelection(everything).toString()).toBe('');
    expect(readSelection(new URLSearchParams())).toEqual(everything);
  });

  it('passes over words that it does not know', () => {
    expect(readSelection(new URLSearchParams('state=down,gone,__proto__&colour=red&shape=cube&level=alert'))).toEqual({
      ...everything,
      statuses: ['down'],
    });
  });
});

describe('toggled', () => {
  it('adds a word in its place, and takes it away', () => {
    expect(toggled(levels, ['none'], 'alert')).toEqual(['alert', 'none']);
    expect(toggled(levels, ['alert', 'none'], 'alert')).toEqual(['none']);
  });
});
