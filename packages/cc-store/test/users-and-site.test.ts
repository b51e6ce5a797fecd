import type { User } from '@moorline/cc-api';
import type { StoredUser } from '@moorline/cc-api/server';
import { openStore } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { demoStore, freshPlace, isShared, runSql } from './support.js';

const user = (username: string, changes: Partial<StoredUser> = {}): StoredUser => ({
  username,
  name: 'Alice A.',
  email: 'alice@example.org',
  roles: ['user'],
  projects: null,
  authType: 0,
  authSource: 0,
  ...changes,
});
const oddTexts = ['', 'a\0b', 'a\0c', '\ud800', '\ufffd', '__proto__', "'; drop table job; --"];

/** Adds a role, as the handlers do: only where it is not there. */
const addRole = (role: string) => (found: User) =>
  found.roles?.includes(role) === true
    ? { refused: 'already' as const }
    : { user: { ...found, roles: [...(found.roles ?? []), role] } };

describe('users', () => {
  it('#129 are made once, and found with what a login is checked against', async () => {
    const { users } = (await demoStore()).backend;
    const alice = user('alice', { passwordHash: '$2b$10$x', projects: ['p1'], roles: ['manager'] });
    expect(await users.create(alice)).toBe(true);
    expect(await users.create(user('alice', { name: 'another' }))).toBe(false);
    expect(await users.find('alice')).toEqual(alice);
    expect(await users.create(user('api', { roles: null }))).toBe(true);
    expect(await users.find('api')).toEqual(user('api', { roles: null }));
    expect(await users.find('bob')).toBeUndefined();
  });

  it('are read once until somebody changes users, and every change is seen at once', async () => {
    const store = await demoStore();
    const { users } = store.backend;
    const reads = async () => (await store.stats()).reads;
    const cost = async (ask: () => Promise<unknown>) => {
      const [first, before] = [await reads(), await reads()];
      await ask();
      return (await reads()) - before - (before - first);
    };
    await users.create(user('alice'));
    expect(await cost(() => users.find('alice'))).toBe(1);
    // Other servers write to Postgres, too.
    expect(await cost(() => users.find('alice'))).toBe(isShared ? 1 : 0);
    await users.update('alice', addRole('admin'));
    expect((await users.find('alice'))?.roles).toEqual(['user', 'admin']);
    await users.delete('alice');
    expect(await users.find('alice')).toBeUndefined();
    await users.create(user('alice', { name: 'again' }));
    expect((await users.find('alice'))?.name).toBe('again');
  });

  it('are listed in the order in which they were made, without what logs them in', async () => {
    const { users } = (await demoStore()).backend;
    for (const name of ['zoe', 'alice', 'mia']) await users.create(user(name, { passwordHash: 'secret' }));
    await users.delete('alice');
    await users.create(user('alice'));
    const list = await users.list();
    expect(list).toEqual([user('zoe'), user('mia'), user('alice')]);
    expect(JSON.stringify(list)).not.toContain('secret');
  });

  it('have names that are compared exactly', async () => {
    const { users } = (await demoStore()).backend;
    const names = ['alice', 'Alice', 'alice ', 'ali\u00e9', 'alie\u0301', ...oddTexts];
    for (const name of names) expect(await users.create(user(name))).toBe(true);
    for (const name of names) expect((await users.find(name))?.username).toBe(name);
    expect(await users.delete('ALICE')).toBe(false);
    expect((await users.list()).map(({ username }) => username)).toEqual(names);
  });

  it('keep any text in what they are', async () => {
    const { users } = (await demoStore()).backend;
    const odd = user('odd', {
      name: 'a\0b',
      email: '\ud800',
      roles: oddTexts,
      projects: oddTexts,
      passwordHash: 'x\0y',
    });
    await users.create(odd);
    expect(await users.find('odd')).toEqual(odd);
  });

  it('of one name made at once are one', async () => {
    const { users } = (await demoStore()).backend;
    const made = await Promise.all(
      Array.from({ length: 32 }, (_, index) => users.create(user('x', { authType: index }))),
    );
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await users.list()).toMatchObject([{ authType: made.indexOf(true) }]);
  });

  it('#121 #123 #125 change in one step, or not at all', async () => {
    const { users } = (await demoStore()).backend;
    await users.create(user('alice', { passwordHash: 'kept' }));
    const changed = { ...user('alice'), roles: ['user', 'manager'] };
    expect(await users.update('alice', addRole('manager'))).toEqual({ user: changed });
    expect(await users.update('alice', addRole('manager'))).toEqual({ refused: 'already' });
    expect(await users.find('alice')).toEqual({ ...changed, passwordHash: 'kept' });
    expect(await users.update('bob', addRole('manager'))).toBeUndefined();
  });

  it('change one after the other when many change one at once', async () => {
    const { users } = (await demoStore()).backend;
    await users.create(user('alice', { roles: [] }));
    const roles = Array.from({ length: 40 }, (_, index) => `r${index % 20}`);
    const outcomes = await Promise.all(roles.map((role) => users.update('alice', addRole(role))));
    expect(outcomes.filter((outcome) => outcome !== undefined && 'refused' in outcome)).toHaveLength(20);
    expect((await users.find('alice'))?.roles?.sort()).toEqual(roles.slice(0, 20).sort());
  });

  it('stay as they are when the change throws, and keep their name whatever it says', async () => {
    const { users } = (await demoStore()).backend;
    await users.create(user('alice'));
    const failing = users.update('alice', () => {
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(RangeError);
    await users.update('alice', (found) => ({ user: { ...found, username: 'eve', name: 'A' } }));
    expect(await users.list()).toEqual([user('alice', { name: 'A' })]);
  });

  it('#130 go with their settings', async () => {
    const store = await demoStore();
    const { users } = store.backend;
    await users.create(user('alice'));
    await users.create(user('bob'));
    expect(await users.setSetting('alice', 'k', '1')).toBe(true);
    expect(await users.setSetting('bob', 'k', '2')).toBe(true);
    expect(await users.setSetting('eve', 'k', '3')).toBe(false);
    expect(await users.delete('alice')).toBe(true);
    expect(await users.delete('alice')).toBe(false);
    await users.create(user('alice'));
    expect(await users.settings('alice')).toEqual({});
    expect(await users.settings('bob')).toEqual({ k: '2' });
    expect(await store.check()).toMatchObject({ isSound: true, users: 2 });
  });

  it('have settings of any key and text, the last one of a key', async () => {
    const { users } = (await demoStore()).backend;
    await users.create(user('alice'));
    for (const text of oddTexts) {
      await users.setSetting('alice', text, 'before');
      await users.setSetting('alice', text, text);
    }
    const entries = Object.entries(await users.settings('alice'));
    expect(entries.sort()).toEqual(oddTexts.map((text) => [text, text]).sort());
    expect(await users.settings('nobody')).toEqual({});
  });

  it('that cannot be read are told by their row', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    await store.backend.users.create(user('alice'));
    await store.close();
    await runSql(place, "update user_account set document = '{broken'");
    await using again = await openStore(place);
    const { users } = again.backend;
    await expect(users.list()).rejects.toMatchObject({ code: 'file_corrupt', details: { id: 1 } });
    expect(await again.check()).toMatchObject({ isSound: false, faults: ['user 1 cannot be read'], users: 1 });
    // The way out of it that the error names.
    expect(await users.delete('alice')).toBe(true);
    expect(await users.create(user('alice'))).toBe(true);
  });
});

describe('the site', () => {
  it('#132 has a notice, and none', async () => {
    const { site } = (await demoStore()).backend;
    expect(await site.notice()).toBe('');
    for (const text of ['<b>down on monday</b>', 'a\0b \ud800 ü', '']) {
      await site.setNotice(text);
      expect(await site.notice()).toBe(text);
    }
  });

  it('#139 keeps the newest state of each machine, byte for byte', async () => {
    const { site } = (await demoStore()).backend;
    const bodies = [[], [0, 1, 255, 0], [...Buffer.from('{"a":1}')]].map((bytes) => Uint8Array.from(bytes));
    for (const [index, body] of bodies.entries()) {
      await site.setMachineState('demo', 'n01', { body, modifiedAt: 1_700_000_000_123 + index });
      const state = await site.machineState('demo', 'n01');
      expect(state).toEqual({ body, modifiedAt: 1_700_000_000_123 + index });
    }
    for (const [cluster, host] of [
      ['demo', 'n02'],
      ['demo', 'N01'],
      ['other', 'n01'],
    ] as const) {
      expect(await site.machineState(cluster, host)).toBeUndefined();
    }
    for (const text of oddTexts) {
      await site.setMachineState(text, text, { body: Buffer.from(`of ${text}`), modifiedAt: 0 });
    }
    const read = async (text: string) => Buffer.from((await site.machineState(text, text))?.body ?? []).toString();
    for (const text of oddTexts) expect(await read(text)).toBe(Buffer.from(`of ${text}`).toString());
  });
});

it('keeps users, settings and the site when the store is opened again', async () => {
  const place = freshPlace();
  const store = await demoStore(place);
  const { users, site } = store.backend;
  await users.create(user('alice', { passwordHash: 'h' }));
  await users.update('alice', addRole('admin'));
  await users.setSetting('alice', 'k', '[1]');
  await site.setNotice('text');
  await site.setMachineState('demo', 'n01', { body: Uint8Array.of(7), modifiedAt: 5 });
  await store.close();
  await using again = await openStore(place);
  expect(await again.stats()).toMatchObject({ users: 1 });
  expect(await again.backend.users.find('alice')).toEqual(
    user('alice', { passwordHash: 'h', roles: ['user', 'admin'] }),
  );
  expect(await again.backend.users.settings('alice')).toEqual({ k: '[1]' });
  expect(await again.backend.site.notice()).toBe('text');
  expect(await again.backend.site.machineState('demo', 'n01')).toEqual({ body: Uint8Array.of(7), modifiedAt: 5 });
});
