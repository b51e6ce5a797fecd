import { type NewIdentity, openStore, type Store } from '@moorline/cc-store';
import { describe, expect, it } from 'vitest';
import { demoStore, freshPlace, runSql } from './support.js';

/** An enrolled machine. */
async function enrol({ machines }: Store, id: string): Promise<void> {
  const { token } = await machines.createRegistration({ nodeGroup: 'lab' });
  const registration = await machines.findRegistration(token);
  if (registration === undefined) throw new Error('the token was just made');
  await machines.addMachine({ id, workspace: 'default', nodeGroup: 'lab' }, registration, {});
}

/** The answer to a claim that must succeed. */
async function claim({ identities }: Store, id: string, secret = 'claim'): Promise<NewIdentity> {
  const identity = await identities.create(id, secret);
  if (identity === undefined) throw new Error('the machine has an identity already');
  return identity;
}

const uuid = expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
const own = 'a password of the machine, long enough';

describe('a control plane', () => {
  it('has two uuids for ever, whoever asks first', async () => {
    const place = freshPlace();
    const store = await openStore(place);
    const [first, second] = await Promise.all([store.identities.controlPlane(), store.identities.controlPlane()]);
    expect(first).toEqual({ controllerUuid: uuid, modelUuid: uuid });
    expect(first.controllerUuid).not.toBe(first.modelUuid);
    expect(second).toEqual(first);
    await store.close();
    await using again = await openStore(place);
    expect(await again.identities.controlPlane()).toEqual(first);
  });
});

describe('the identity of a machine', () => {
  it('is its number, and opens with its first password and then with its own', async () => {
    const store = await demoStore();
    const { identities } = store;
    await enrol(store, 'a');
    await enrol(store, 'b');
    const plane = await identities.controlPlane();
    const { password, ...rest } = await claim(store, 'b');
    expect(rest).toEqual({ ...plane, tag: 'machine-2', nonce: uuid });
    expect(password.length).toBeGreaterThanOrEqual(24);
    const { modelUuid } = plane;
    expect(await identities.find('machine-2', modelUuid)).toEqual({
      tag: 'machine-2',
      life: 'alive',
      nonce: rest.nonce,
    });
    expect(await identities.isPassword('machine-2', password, modelUuid)).toBe(true);
    await identities.setPassword('machine-2', own, modelUuid);
    expect(await identities.isPassword('machine-2', password, modelUuid)).toBe(false);
    expect(await identities.isPassword('machine-2', own, modelUuid)).toBe(true);
  });

  it('is made once: the claim opens it again only until the machine has its own password', async () => {
    const store = await demoStore();
    const { identities } = store;
    await enrol(store, 'a');
    const { modelUuid } = await identities.controlPlane();
    const lost = await claim(store, 'a');
    expect(await identities.create('a', 'another claim')).toBeUndefined();
    const again = await claim(store, 'a');
    expect({ ...again, password: '' }).toEqual({ ...lost, password: '' });
    expect(await identities.isPassword('machine-1', lost.password, modelUuid)).toBe(false);
    expect(await identities.isPassword('machine-1', again.password, modelUuid)).toBe(true);
    await identities.setPassword('machine-1', own, modelUuid);
    expect(await identities.create('a', 'claim')).toBeUndefined();
    expect(await identities.isPassword('machine-1', own, modelUuid)).toBe(true);
  });

  it('goes to one of several claims that are made at once', async () => {
    const store = await demoStore();
    await enrol(store, 'a');
    const answers = await Promise.all(['1', '2', '3'].map((secret) => store.identities.create('a', secret)));
    const winners = answers.filter((answer) => answer !== undefined);
    expect(winners).toHaveLength(1);
    const [{ modelUuid, password } = { modelUuid: '', password: '' }] = winners;
    expect(await store.identities.isPassword('machine-1', password, modelUuid)).toBe(true);
  });

  it('is made anew after a reset, with another nonce, and the password before opens no more', async () => {
    const store = await demoStore();
    const { identities } = store;
    await enrol(store, 'a');
    const { modelUuid, nonce, password } = await claim(store, 'a');
    expect(await identities.reset('a')).toBe('machine-1');
    expect(await identities.reset('a')).toBeUndefined();
    expect(await identities.find('machine-1', modelUuid)).toBeUndefined();
    expect(await identities.isPassword('machine-1', password, modelUuid)).toBe(false);
    const next = await claim(store, 'a', 'another claim');
    expect(next).toMatchObject({ tag: 'machine-1', modelUuid });
    expect(next.nonce).not.toBe(nonce);
  });

  it('is of no use in another model, at the controller, or under a tag that only looks like it', async () => {
    const store = await demoStore();
    const { identities } = store;
    await enrol(store, 'a');
    const { modelUuid, controllerUuid, password } = await claim(store, 'a');
    for (const model of [controllerUuid, undefined]) {
      expect(await identities.find('machine-1', model)).toBeUndefined();
      expect(await identities.isPassword('machine-1', password, model)).toBe(false);
      await identities.setPassword('machine-1', own, model);
    }
    for (const tag of ['machine-01', 'machine-1-lxd-0', 'machine-9', 'machine-99999999999', 'unit-mysql-1', '']) {
      expect(await identities.find(tag, modelUuid)).toBeUndefined();
      expect(await identities.isPassword(tag, password, modelUuid)).toBe(false);
      await identities.setPassword(tag, own, modelUuid);
      expect(await identities.setLife(tag, 'dead')).toBe(false);
    }
    expect(await identities.isPassword('machine-1', password, modelUuid)).toBe(true);
  });

  it('has a life', async () => {
    const store = await demoStore();
    await enrol(store, 'a');
    const { modelUuid } = await claim(store, 'a');
    expect(await store.identities.setLife('machine-1', 'dead')).toBe(true);
    expect(await store.identities.find('machine-1', modelUuid)).toMatchObject({ life: 'dead' });
  });

  it('is refused to a machine that nobody knows', async () => {
    const { identities } = await demoStore();
    await expect(identities.create('nobody', 'claim')).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(identities.reset('nobody')).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('is kept without any secret, and leaves the session token alone', async () => {
    const place = freshPlace();
    const store = await demoStore(place);
    await enrol(store, 'a');
    const session = await store.machines.issueSessionToken('a');
    const { modelUuid, password } = await claim(store, 'a', 'the claim');
    await store.identities.setPassword('machine-1', own, modelUuid);
    expect((await store.machines.findSessionMachine(session))?.id).toBe('a');
    await store.close();
    const rows = await runSql(place, 'select * from machine_identity');
    expect(rows).toHaveLength(1);
    const kept = Object.values(rows[0] ?? {})
      .map((value) => (typeof value === 'object' && value !== null ? Buffer.from(value as Uint8Array) : String(value)))
      .map(String)
      .join('\n');
    for (const secret of [password, own, 'the claim']) expect(kept).not.toContain(secret);
  });
});

describe("agents' settings", () => {
  it('are what was set last, and stay', async () => {
    const place = freshPlace();
    const store = await openStore(place);
    expect(await store.agentSettings.all()).toEqual({});
    await store.agentSettings.set('interval', '10s');
    await store.agentSettings.set('nats', 'nats://10.0.0.7:4222');
    await store.agentSettings.set('interval', '20s');
    expect(await store.agentSettings.all()).toEqual({ interval: '20s', nats: 'nats://10.0.0.7:4222' });
    await store.agentSettings.set('nats', undefined);
    await store.agentSettings.set('never there', undefined);
    await store.close();
    await using again = await openStore(place);
    expect(await again.agentSettings.all()).toEqual({ interval: '20s' });
  });
});
