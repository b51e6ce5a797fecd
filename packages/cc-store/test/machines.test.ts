import { createFakeClock } from '@moorline/core/testing';
import { openStore, type Store } from '@moorline/cc-store';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { bytesOf } from '../src/database/schema.js';
import { demoStore, freshPlace, runSql } from './support.js';

const report = (hostname: string) => ({ token: 'secret-registration', machineInfo: { hostname } });
const hour = 3_600_000;
const minute = 60_000;

/** A machine that came with a token of its own. */
async function enrol({ machines }: Store, id: string, hostname = 'Node-1.example.org', clusters?: string[]) {
  const { token } = await machines.createRegistration({ nodeGroup: 'lab', clusters });
  const registration = await machines.findRegistration(token);
  if (registration === undefined) throw new Error('the token was just made');
  return machines.addMachine({ id, workspace: 'default', nodeGroup: 'lab' }, registration, report(hostname));
}

describe('registration tokens', () => {
  it('open as often as they may, counted together with the machine', async () => {
    const { machines } = await demoStore();
    const { id, token } = await machines.createRegistration({ nodeGroup: 'lab', maxUses: 2 });
    const registration = await machines.findRegistration(token);
    expect(registration).toMatchObject({ id, nodeGroup: 'lab', workspace: 'default' });
    if (registration === undefined) return;
    const added = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        machines.addMachine({ id: name, workspace: 'default', nodeGroup: 'lab' }, registration, report(name)),
      ),
    );
    expect(added.filter((machine) => machine !== undefined)).toHaveLength(2);
    expect(await machines.listMachines()).toHaveLength(2);
    expect(await machines.findRegistration(token)).toBeUndefined();
    expect(await machines.listRegistrations()).toMatchObject([{ id, uses: 2, maxUses: 2 }]);
  });

  it('open nothing when unknown, revoked or expired', async () => {
    const clock = createFakeClock();
    const { machines } = await demoStore({ clock });
    const expiring = await machines.createRegistration({ nodeGroup: 'lab', expiresAt: clock.now() + 1000 });
    const revoked = await machines.createRegistration({ nodeGroup: 'lab' });
    const held = await machines.findRegistration(revoked.token);
    expect(await machines.findRegistration(expiring.token)).toBeDefined();
    await clock.advance(1000);
    expect(await machines.findRegistration(expiring.token)).toBeUndefined();
    expect(await machines.revokeRegistration(revoked.id)).toBe(true);
    expect(await machines.revokeRegistration(revoked.id)).toBe(false);
    expect(await machines.findRegistration(revoked.token)).toBeUndefined();
    expect(await machines.findRegistration('mreg_nope')).toBeUndefined();
    if (held === undefined) throw new Error('it was found before it was revoked');
    const machine = { id: 'late', workspace: 'default', nodeGroup: 'lab' };
    expect(await machines.addMachine(machine, held, report('late'))).toBeUndefined();
  });

  it('are refused when they could open nothing', async () => {
    const clock = createFakeClock();
    const { machines } = await demoStore({ clock });
    for (const bad of [
      { nodeGroup: '' },
      { nodeGroup: 'x', maxUses: 0 },
      { nodeGroup: 'x', maxUses: 1.5 },
      { nodeGroup: 'x', expiresAt: clock.now() },
    ]) {
      await expect(machines.createRegistration(bad)).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('name the groups that exist', async () => {
    const { machines } = await demoStore();
    await machines.createRegistration({ nodeGroup: 'lab', workspace: 'physics' });
    expect(await machines.findNodeGroup('lab')).toEqual({ name: 'lab', workspace: 'physics' });
    expect(await machines.findNodeGroup('other')).toBeUndefined();
  });
});

describe('machines', () => {
  it('have numbers that are never given twice, a host name and a scope', async () => {
    const store = await demoStore();
    expect(await enrol(store, 'm-1')).toMatchObject({
      number: 1,
      host: 'Node-1',
      scope: [{ cluster: 'lab', hosts: ['Node-1'] }],
      inventory: { machineInfo: { hostname: 'Node-1.example.org' } },
    });
    expect(await enrol(store, 'm-2', 'head', ['lab', 'other'])).toMatchObject({
      number: 2,
      scope: [{ cluster: 'lab' }, { cluster: 'other' }],
    });
    expect(await enrol(store, 'm-3', '...')).toMatchObject({ number: 3, host: 'm-3' });
  });

  it('that come twice at once are one, and use one place up', async () => {
    const { machines } = await demoStore();
    const { token } = await machines.createRegistration({ nodeGroup: 'lab', maxUses: 5 });
    const registration = await machines.findRegistration(token);
    if (registration === undefined) throw new Error('the token was just made');
    const machine = { id: 'same', workspace: 'default', nodeGroup: 'lab' };
    const [first, second] = await Promise.all([
      machines.addMachine(machine, registration, report('a')),
      machines.addMachine(machine, registration, report('b')),
    ]);
    expect([first?.number, second?.number]).toEqual([1, 1]);
    expect(await machines.findMachine('same')).toMatchObject({ host: 'b' });
    expect(await machines.listRegistrations()).toMatchObject([{ uses: 1 }]);
  });

  it('that come again keep their number and what they say now', async () => {
    const store = await demoStore();
    await enrol(store, 'm-1');
    await store.machines.updateMachine('m-1', report('renamed'));
    await store.machines.updateMachine('nobody', report('x'));
    expect(await store.machines.findMachine('m-1')).toMatchObject({ number: 1, host: 'renamed' });
    expect(await store.machines.listMachines()).toHaveLength(1);
  });
});

describe('session tokens', () => {
  it('open for their machine alone', async () => {
    const store = await demoStore();
    await enrol(store, 'm-1');
    await enrol(store, 'm-2');
    const token = await store.machines.issueSessionToken('m-1');
    expect(await store.machines.authenticateSession('m-1', token)).toMatchObject({ id: 'm-1' });
    expect(await store.machines.authenticateSession('m-2', token)).toBeUndefined();
    expect(await store.machines.authenticateSession('m-3', token)).toBeUndefined();
    expect(await store.machines.authenticateSession('m-1', `${token}x`)).toBeUndefined();
    expect(await store.machines.isSessionToken(token)).toBe(true);
    expect(await store.machines.isSessionToken(`${token}x`)).toBe(false);
    expect(await store.machines.findSessionMachine(token)).toMatchObject({ id: 'm-1' });
    expect(await store.machines.findSessionMachine(`${token}x`)).toBeUndefined();
    await expect(store.machines.issueSessionToken('m-3')).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('go on opening until some minutes after a newer one was used', async () => {
    const clock = createFakeClock();
    const store = await demoStore({ clock });
    await enrol(store, 'm-1');
    const opens = async (token: string) => (await store.machines.authenticateSession('m-1', token)) !== undefined;
    const [first, lost, newest] = [
      await store.machines.issueSessionToken('m-1'),
      await store.machines.issueSessionToken('m-1'),
      await store.machines.issueSessionToken('m-1'),
    ];
    expect(await opens(first)).toBe(true);
    expect(await opens(newest)).toBe(true);
    await clock.advance(5 * minute - 1);
    expect([await opens(first), await opens(lost), await opens(newest)]).toEqual([true, true, true]);
    await clock.advance(1);
    expect([await opens(first), await opens(lost), await opens(newest)]).toEqual([false, false, true]);
  });

  it('that are rotated leave the present one alone until they are used, however long that takes', async () => {
    const clock = createFakeClock();
    const store = await demoStore({ clock });
    await enrol(store, 'm-1');
    const opens = async (token: string) => (await store.machines.findSessionMachine(token)) !== undefined;
    const present = await store.machines.issueSessionToken('m-1');
    expect(await opens(present)).toBe(true);
    const unheard = await store.machines.rotateSessionToken('m-1');
    await clock.advance(24 * hour);
    const next = await store.machines.rotateSessionToken('m-1');
    await clock.advance(hour);
    expect([await opens(present), await opens(unheard)]).toEqual([true, false]);
    expect(await opens(next)).toBe(true);
    await clock.advance(5 * minute);
    expect([await opens(present), await opens(next)]).toEqual([false, true]);
    await expect(store.machines.rotateSessionToken('m-3')).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('go on opening for an hour at most once there is a newer one', async () => {
    const clock = createFakeClock();
    const store = await demoStore({ clock });
    await enrol(store, 'm-1');
    const old = await store.machines.issueSessionToken('m-1');
    await clock.advance(24 * hour);
    const fresh = await store.machines.issueSessionToken('m-1');
    await clock.advance(hour - 1);
    expect(await store.machines.authenticateSession('m-1', old)).toBeDefined();
    await clock.advance(1);
    expect(await store.machines.authenticateSession('m-1', old)).toBeUndefined();
    expect(await store.machines.authenticateSession('m-1', fresh)).toBeDefined();
  });
});

it('keeps no token, only hashes', async () => {
  const place = freshPlace();
  const store = await openStore(place);
  const { token } = await store.machines.createRegistration({ nodeGroup: 'lab' });
  await enrol(store, 'm-1');
  const session = await store.machines.issueSessionToken('m-1');
  expect(Buffer.from(token.slice('mreg_'.length), 'base64url')).toHaveLength(32);
  await store.close();
  const kept: string[] = [];
  for (const table of ['registration', 'machine', 'session_token']) {
    for (const row of await runSql(place, `select * from ${table}`)) {
      for (const value of Object.values(row)) {
        kept.push(
          String(value instanceof ArrayBuffer || value instanceof Uint8Array ? Buffer.from(bytesOf(value)) : value),
        );
      }
    }
  }
  const all = kept.join('\n');
  expect(all).toContain('m-1');
  for (const secret of [token, session, 'secret-registration']) expect(all).not.toContain(secret);
});

it('offers what a login handler wants of its store', () => {
  interface LoginStore {
    findRegistration(token: string): Promise<{ id: string; workspace: string; nodeGroup: string } | undefined>;
    findMachine(id: string): Promise<{ id: string; workspace: string; nodeGroup: string } | undefined>;
    findNodeGroup(name: string): Promise<{ name: string; workspace: string } | undefined>;
    updateMachine(
      id: string,
      request: { token: string; machineInfo?: { hostname?: string | undefined; os?: string } | undefined },
    ): Promise<void>;
    issueSessionToken(id: string): Promise<string>;
    rotateSessionToken(id: string): Promise<string>;
    findSessionMachine(token: string): Promise<{ id: string } | undefined>;
  }
  expectTypeOf<Store['machines'] extends LoginStore ? true : false>().toEqualTypeOf<true>();
});
