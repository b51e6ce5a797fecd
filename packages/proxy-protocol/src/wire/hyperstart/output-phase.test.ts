import { describe, expect, it } from 'vitest';
import { OutputPhase } from './output-phase.js';

const kinds = (...sizes: number[]) => {
  const phase = new OutputPhase();
  return sizes.map((size) => phase.next(size));
};

describe('conformance 56, 75: the end of a process', () => {
  it('is an empty packet, then one byte', () => {
    expect(kinds(3, 0, 1)).toEqual(['data', 'end', 'exit']);
  });

  it('is not one byte in front of the empty packet', () => {
    expect(kinds(1, 1, 0, 1)).toEqual(['data', 'data', 'end', 'exit']);
  });

  it('leaves later packets of other sizes output, and each later byte a status', () => {
    expect(kinds(0, 2, 0, 1, 5, 1)).toEqual(['end', 'data', 'end', 'exit', 'data', 'exit']);
  });

  it('is known while it goes on', () => {
    const phase = new OutputPhase();
    expect(phase.isEnding).toBe(false);
    phase.next(0);
    expect(phase.isEnding).toBe(true);
  });
});
