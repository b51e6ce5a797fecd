import { describe, expect, it } from 'vitest';
import { strongestState } from './node-state.js';

describe('strongestState', () => {
  it.each([
    [['idle', 'mixed', 'allocated', 'reserved'], 'allocated'],
    [['RESERVED', 'idle'], 'reserved'],
    [['idle', 'down'], 'down'],
    [['idle', 'mixed'], 'idle'],
    [['mixed', 'down'], 'down'],
    [['mixed', 'drain'], 'mixed'],
    [['drain', 'maint'], 'unknown'],
    [[], 'unknown'],
  ])('makes of %j %s', (words, expected) => {
    expect(strongestState(words)).toBe(expected);
  });
});
