import { describe, expect, it } from 'vitest';
import { bootTimeFrom, prettyName } from './system.js';

describe('prettyName', () => {
  it('prefers PRETTY_NAME, quoted or not', () => {
    expect(prettyName('NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 24.04.2 LTS"\n')).toBe('Ubuntu 24.04.2 LTS');
    expect(prettyName("PRETTY_NAME='A \\$ B'")).toBe('A $ B');
    expect(prettyName('PRETTY_NAME=Alpine')).toBe('Alpine');
  });

  it('falls back to NAME, and to nothing', () => {
    expect(prettyName('NAME=Void\n')).toBe('Void');
    expect(prettyName('PRETTY_NAME=""\nID=x')).toBeUndefined();
  });
});

describe('bootTimeFrom', () => {
  it('reads the seconds of the last boot', () => {
    expect(bootTimeFrom('cpu 1 2 3\nbtime 1795640363\nprocesses 5\n')).toBe(1_795_640_363_000);
    expect(bootTimeFrom('')).toBeUndefined();
  });
});
