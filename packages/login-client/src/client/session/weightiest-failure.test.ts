import { expect, it } from 'vitest';
import { LoginError, type LoginErrorCode } from '../../wire/login-error.js';
import { weightiestOf } from './weightiest-failure.js';

const failure = (code: LoginErrorCode, details = {}) => new LoginError(code, { code, details });

it('heeds the control plane first, then its opinion of the token, then what came first', () => {
  const lost = failure('session_lost');
  const other = new Error('reset');
  const refused = failure('session_refused');
  const unauthorized = failure('session_unauthorized');
  const later = failure('session_refused', { retryAfterMs: 6000 });
  expect(weightiestOf([])).toBeUndefined();
  expect(weightiestOf([lost, other])).toBe(lost);
  expect(weightiestOf([other, lost, refused])).toBe(refused);
  expect(weightiestOf([refused, unauthorized])).toBe(unauthorized);
  expect(weightiestOf([unauthorized, later])).toBe(later);
});
