import { describe, expect, it } from 'vitest';
import { bearerToken } from './bearer.js';

describe('the bearer token', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    ['Basic abc', undefined],
    [undefined, undefined],
  ])('of %s is %s', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it('is read as UTF-8, as GPUd sends it', () => {
    expect(bearerToken(`Bearer ${Buffer.from('tøken', 'utf8').toString('latin1')}`)).toBe('tøken');
  });
});
