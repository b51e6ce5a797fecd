import { isMoorlineError } from '@moorline/core';
import { expect, it } from 'vitest';
import { ApicallerError } from '../error.js';
import { ErrBounce, ErrMissing, ErrUninstall, isErrBounce, isErrMissing, isErrUninstall } from './sentinels.js';

it('tells the three apart, with the original’s texts', () => {
  const all = [ErrMissing, ErrBounce, ErrUninstall];
  expect(all.map((error) => error.message)).toEqual([
    'dependency not available',
    'restart immediately',
    'resource permanently unavailable',
  ]);
  expect(all.map(isErrMissing)).toEqual([true, false, false]);
  expect(all.map(isErrBounce)).toEqual([false, true, false]);
  expect(all.map(isErrUninstall)).toEqual([false, false, true]);
  expect([undefined, null, 'restart immediately', new Error('restart immediately')].some(isErrBounce)).toBe(false);
});

it('knows the sentinel of another copy of this package', () => {
  const copy = new ApicallerError('restart immediately', { code: 'bounce_requested' });
  expect(isErrBounce(new Error('ctx', { cause: copy }))).toBe(true);
});

it('cannot be changed by whoever catches one', () => {
  expect(Object.isFrozen(ErrBounce)).toBe(true);
  expect(isMoorlineError(ErrBounce)).toBe(true);
});
