import { afterEach, expect, it, vi } from 'vitest';
import { fuzzInputs, soak } from './scale.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('is a sample unless a long run was asked for', () => {
  vi.stubEnv('MOORLINE_FUZZ_INPUTS', undefined);
  vi.stubEnv('MOORLINE_SOAK', undefined);
  expect([fuzzInputs(200), soak(1000, 1_000_000)]).toEqual([200, 1000]);
});

it('is whole when the long commands ask for it', () => {
  vi.stubEnv('MOORLINE_FUZZ_INPUTS', '1000000');
  vi.stubEnv('MOORLINE_SOAK', '1');
  expect([fuzzInputs(200), soak(1000, 1_000_000)]).toEqual([1_000_000, 1_000_000]);
});

it.each(['0', '-1', '1e6', 'many', ''])('refuses %j inputs', (text) => {
  vi.stubEnv('MOORLINE_FUZZ_INPUTS', text);
  expect(() => fuzzInputs(200)).toThrow('expected a positive integer');
});
