import { jujuCodeOf } from '@moorline/apicaller';
import { createControllerServer } from '@moorline/apicaller/server';
import {
  addFakeAgents,
  closes,
  connectInMemory,
  createMemoryEntityStore,
  createMessagePair,
  createScriptedController,
  delays,
  drops,
  fails,
} from '@moorline/apicaller/testing';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { controllerUuid } from './support/controller.js';
import { modelTag, modelUuid } from './support/logged-in.js';

const machine = { tag: 'machine-0', password: 'pw', modelTag };

describe('a pair in memory', () => {
  it('delivers in order, also what was sent before the other end listened, and nothing after the end', async () => {
    const [a, b] = createMessagePair();
    a.send('1');
    a.send('2');
    const got: unknown[] = [];
    b.open({ message: (text) => got.push(text), end: (error) => got.push(error?.message ?? 'end') });
    a.send('3');
    expect(a.unsentBytes).toBe(3);
    await a.close(0);
    a.send('4');
    await Promise.resolve();
    expect(got).toEqual(['1', '2', '3', 'end']);
    expect(a.sent).toEqual(['1', '2', '3']);
    expect(a.unsentBytes).toBe(0);
  });

  it('holds back what comes while it is paused', async () => {
    const [a, b] = createMessagePair();
    const got: string[] = [];
    b.open({ message: (text) => got.push(text), end: () => got.push('end') });
    b.pause();
    a.send('1');
    a.closeWith(1011, 'why');
    await Promise.resolve();
    expect(got).toEqual([]);
    b.resume();
    await Promise.resolve();
    expect(got).toEqual(['1', 'end']);
  });
});

describe('both halves in memory', () => {
  it('log agents in as over a socket, and close in order', async () => {
    const entities = createMemoryEntityStore();
    const [agent, unit] = addFakeAgents(entities, ['machine-3', 'unit-mysql-0'], modelUuid);
    const server = createControllerServer({ controllerUuid, entities, findModel: () => ({}) });
    const connection = await connectInMemory(server, { ...agent, modelTag });
    expect(connection.modelTag).toBe(modelTag);
    const answer = await connection.apiCall('Agent', 3, '', 'GetEntities', { entities: [{ tag: 'machine-3' }] });
    expect(answer).toMatchObject({ entities: [{ life: 'alive' }] });
    const other = await connectInMemory(server, { ...unit, modelTag });
    expect([...server.clients].map(({ identity }) => identity?.tag)).toEqual(['machine-3', 'unit-mysql-0']);
    await connection.close();
    await server.close();
    expect(await other.broken).toBeUndefined();
    expect([...server.clients]).toEqual([]);
  });

  it('refuse as over a socket, and leave no connection behind', async () => {
    const server = createControllerServer({
      controllerUuid,
      entities: createMemoryEntityStore(),
      findModel: () => ({}),
    });
    await expect(connectInMemory(server, machine)).rejects.toMatchObject({ code: 'unauthorized_access' });
    await expect.poll(() => [...server.clients].length).toBe(0);
  });
});

describe('a scripted controller', () => {
  it('answers one after the other, the last for good, and notes every call', async () => {
    const controller = createScriptedController({
      answers: {
        Agent: { GetEntities: [fails('try again', 'try again'), { entities: [] }] },
        Moorline: { Add: ({ params }: { params: unknown }) => ({ sum: (params as { a: number }).a + 1 }) },
      },
    });
    const connection = await controller.connect(machine, { facadeVersions: { Moorline: [1] } });
    const get = () => connection.apiCall('Agent', 3, '', 'GetEntities', {});
    await expect(get()).rejects.toMatchObject({ code: 'try_again' });
    expect(await get()).toEqual({ entities: [] });
    expect(await get()).toEqual({ entities: [] });
    expect(await connection.apiCall('Moorline', connection.bestFacadeVersion('Moorline'), '', 'Add', { a: 1 })).toEqual(
      {
        sum: 2,
      },
    );
    expect(controller.calls.map(({ facade, method }) => `${facade}.${method}`)).toEqual([
      'Admin.Login',
      ...Array.from({ length: 3 }, () => 'Agent.GetEntities'),
      'Moorline.Add',
    ]);
    expect(controller.calls[0]?.params).toMatchObject({ 'auth-tag': 'machine-0', credentials: 'pw' });
    await connection.close();
    expect(controller.connections).toBe(0);
  });

  it('does not know what it was not told, until it is', async () => {
    const controller = createScriptedController();
    const connection = await controller.connect(machine);
    const error: unknown = await connection.apiCall('X', 1, '', 'Y').catch((reason: unknown) => reason);
    expect(jujuCodeOf(error)).toBe('not implemented');
    controller.answer('X', 'Y', { z: 1 });
    expect(await connection.apiCall('X', 1, '', 'Y')).toEqual({ z: 1 });
    await connection.close();
  });

  it('refuses logins, and lets one in afterwards', async () => {
    const controller = createScriptedController({
      answers: { Admin: { Login: [fails('invalid entity name or password', 'unauthorized access'), drops()] } },
    });
    await expect(controller.connect(machine)).rejects.toMatchObject({ code: 'unauthorized_access' });
    await expect(controller.connect(machine, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    controller.answer('Admin', 'Login');
    const connection = await controller.connect(machine);
    expect(connection.controllerTag).toMatch(/^controller-/);
    await connection.close();
  });

  it('drops, delays and closes with a code', async () => {
    const clock = createFakeClock();
    const controller = createScriptedController({
      clock,
      answers: { X: { Drop: drops(), Late: delays(500, { late: true }), Close: closes(1011, 'why') } },
    });
    const connection = await controller.connect(machine);
    const dropped = connection.apiCall('X', 1, '', 'Drop').catch((error: unknown) => error);
    const late = connection.apiCall('X', 1, '', 'Late');
    await clock.advance(499);
    expect(connection.inFlight).toBe(2);
    await clock.advance(1);
    expect(await late).toEqual({ late: true });
    await expect(connection.apiCall('X', 1, '', 'Close')).rejects.toMatchObject({
      code: 'connection_broken',
      details: { closeCode: 1011 },
    });
    expect(await dropped).toMatchObject({ code: 'connection_broken' });
    expect(await connection.broken).toMatchObject({ message: expect.stringContaining('close 1011') });
    await connection.close().catch(() => undefined);
    expect(clock.pendingTimers).toBe(0);
  });

  it('disconnects everybody at once', async () => {
    const controller = createScriptedController();
    const connections = await Promise.all([controller.connect(machine), controller.connect(machine)]);
    expect(controller.connections).toBe(2);
    controller.disconnect(1001);
    expect(await Promise.all(connections.map(({ broken }) => broken))).toEqual([undefined, undefined]);
  });
});
