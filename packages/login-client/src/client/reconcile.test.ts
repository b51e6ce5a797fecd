import { describe, expect, it } from 'vitest';
import { isLoginError } from '../wire/login-error.js';
import { needsLogin, reconcileMachineId } from './reconcile.js';

const stored = { machineId: 'm-0017', sessionToken: 's' };

describe('reconcileMachineId', () => {
  it('prefers the stored id, then the one asked for, then none', () => {
    expect(reconcileMachineId(stored, {})).toBe('m-0017');
    expect(reconcileMachineId(stored, { machineId: 'm-0017' })).toBe('m-0017');
    expect(reconcileMachineId(undefined, { machineId: 'm-0018' })).toBe('m-0018');
    expect(reconcileMachineId(undefined, {})).toBe('');
  });

  it('#35 names both ids when they differ', () => {
    try {
      reconcileMachineId(stored, { machineId: 'm-0018' });
      expect.unreachable();
    } catch (error) {
      expect(isLoginError(error) && error.code).toBe('machine_id_conflict');
      expect(String(error)).toContain('persisted machine ID "m-0017" differs from requested machine ID "m-0018"');
    }
    expect(reconcileMachineId(stored, { machineId: 'm-0018', overwriteMachineId: true })).toBe('m-0018');
  });
});

describe('needsLogin', () => {
  it('is content with an identity that has a session token', () => {
    expect(needsLogin(stored, {})).toBe(false);
  });

  it('wants a new login when asked to, when labels changed, and when there is no session token', () => {
    const labels = { 'user.node.lepton.ai/rack': 'r42' };
    expect(needsLogin(stored, { refreshSessionToken: true })).toBe(true);
    expect(needsLogin({ machineId: 'm-0017' }, {})).toBe(true);
    expect(needsLogin(stored, { nodeLabels: {} })).toBe(true);
    expect(needsLogin({ ...stored, nodeLabels: labels }, { nodeLabels: { ...labels } })).toBe(false);
    expect(needsLogin({ ...stored, nodeLabels: labels }, { nodeLabels: {} })).toBe(true);
    expect(needsLogin({ ...stored, nodeLabels: labels }, {})).toBe(false);
  });
});
