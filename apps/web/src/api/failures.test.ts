import { TimeoutError } from '@moorline/core';
import { CcApiError } from '@moorline/cc-api';
import { ControlApiError } from '@moorline/control-api';
import { expect, it } from 'vitest';
import { isOutage, isSignedOut } from './failures.js';

it.each([
  [new ControlApiError('x', { code: 'network_error' }), true],
  [new ControlApiError('x', { code: 'unavailable' }), true],
  [new ControlApiError('x', { code: 'unexpected_status', status: 502 }), true],
  [new ControlApiError('x', { code: 'unexpected_status', status: 418 }), false],
  [new ControlApiError('x', { code: 'internal' }), false],
  [new CcApiError('x', { code: 'network_error' }), true],
  [new TypeError('x'), false],
  ['x', false],
])('%s: an outage that passes: %s', (error, expected) => {
  expect(isOutage(error)).toBe(expected);
});

it('is an outage where no answer came in time', () => {
  expect(isOutage(new TimeoutError('GET /x', 1000))).toBe(true);
});

it('tells a session that has ended from what its roles do not allow', () => {
  expect(isSignedOut(new ControlApiError('x', { code: 'unauthorized' }))).toBe(true);
  expect(isSignedOut(new CcApiError('x', { code: 'unauthorized' }))).toBe(true);
  expect(isSignedOut(new ControlApiError('x', { code: 'forbidden' }))).toBe(false);
});
