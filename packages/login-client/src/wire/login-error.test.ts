import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isLoginError, LoginError } from './login-error.js';

describe('LoginError', () => {
  it('keeps the answer without its secrets', () => {
    const error = new LoginError('unexpected status code 201', {
      code: 'unexpected_status',
      status: 201,
      response: { machineID: 'm', token: 'sess-2Q8k', machineProof: 'mp-91xz', message: 'x' },
    });
    expect(error.response).toEqual({ machineID: 'm', message: 'x' });
    const shown = `${JSON.stringify(error)} ${inspect(error, { depth: 9, showHidden: true })}`;
    expect(shown).not.toMatch(/sess-2Q8k|mp-91xz/);
    expect(error.toJSON()).toMatchObject({ name: 'LoginError', code: 'unexpected_status', details: { status: 201 } });
  });

  it('is recognised by its guard and nothing else is', () => {
    expect(isLoginError(new LoginError('x', { code: 'decode' }))).toBe(true);
    expect(isLoginError(new Error('x'))).toBe(false);
    expect(isLoginError(undefined)).toBe(false);
  });
});
