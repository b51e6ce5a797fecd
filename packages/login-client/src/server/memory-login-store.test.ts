import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { smallRequest } from '../../test/support/machine.js';
import { createMemoryLoginStore } from './memory-login-store.js';

describe('createMemoryLoginStore', () => {
  it('knows a registration until it expires or is revoked', async () => {
    const clock = createFakeClock();
    const store = createMemoryLoginStore({ clock });
    store.addRegistration({ token: 't', expiresAt: clock.now() + 1000 });
    store.addRegistration({ token: 'u' });
    expect((await store.findRegistration('t'))?.workspace).toBe('default');
    await clock.advance(1000);
    expect(await store.findRegistration('t')).toBeUndefined();
    store.revokeRegistration('u');
    expect(await store.findRegistration('u')).toBeUndefined();
    expect(await store.findRegistration('v')).toBeUndefined();
  });

  it('lets no more machines in than a registration allows, however many come at once', async () => {
    const store = createMemoryLoginStore();
    const registration = store.addRegistration({ token: 't', nodeGroup: 'lab', maxUses: 2 });
    const added = await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        store.addMachine({ id, workspace: 'default', nodeGroup: 'lab' }, registration, smallRequest),
      ),
    );
    expect(added.filter((machine) => machine !== undefined)).toHaveLength(2);
    expect(await store.findRegistration('t')).toBeUndefined();
  });

  it('knows the two newest session tokens of a machine, so that one can follow the other', async () => {
    const store = createMemoryLoginStore();
    const tokens = [
      await store.issueSessionToken('m'),
      await store.issueSessionToken('m'),
      await store.issueSessionToken('m'),
    ];
    expect(tokens.map((token) => store.isSessionToken('m', token))).toEqual([false, true, true]);
    expect(store.isSessionToken('other', tokens[2] ?? '')).toBe(false);
  });
});
