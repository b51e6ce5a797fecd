import { apiOpen, isRequestError, jujuCodeOf } from '@moorline/apicaller';
import {
  type ConnectedClient,
  createControllerServer,
  type Entity,
  loginLimiter,
  type ModelRedirection,
} from '@moorline/apicaller/server';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import {
  controllerUuid,
  loginParams,
  machineNonce,
  passwords,
  RawClient,
  startController,
} from './support/controller.js';
import { controllerTag, modelTag, modelUuid } from './support/logged-in.js';

const unauthorized = { error: 'invalid entity name or password', 'error-code': 'unauthorized access' };
const entities = (...tags: string[]): object => ({ entities: tags.map((tag) => ({ tag })) });
const newPassword = 'a-password-of-24-letters';

describe('logging in', () => {
  it('#42 serves nothing but Admin before', async () => {
    const client = await RawClient.open((await startController()).url);
    const refused = { error: 'unknown version (3) of interface "Agent"', 'error-code': 'not implemented' };
    expect(await client.call(1, 'Agent', 3, 'GetEntities', entities('machine-0'))).toMatchObject(refused);
    expect(await client.call(2, 'Pinger', 0, 'Ping')).toMatchObject({ error: 'unknown object type "Pinger"' });
  });

  it('#7 ends the connection of a message without an id, where version 0 is not taken', async () => {
    const { url, port } = await startController({ acceptsV0: false });
    const client = await RawClient.open(url);
    expect(await client.logIn()).not.toHaveProperty('error');
    client.send({ type: 'Pinger', version: 1, request: 'Ping' });
    expect(await client.closed).toBe(1000);
    expect(client.left).toEqual([]);
    await expect(RawClient.open(`ws://127.0.0.1:${port}/environment/${modelUuid}/api`)).rejects.toThrow('hang up');
  });

  it('#43 refuses other versions of Admin, unless they are wanted', async () => {
    const text = 'this version of Juju does not support login from old clients (not supported)';
    const client = await RawClient.open((await startController()).url);
    for (const [id, version] of [0, 1, 2, 4].entries()) {
      const answer = await client.call(id + 1, 'Admin', version, 'Login', loginParams('machine-0', passwords.machine));
      expect(answer).toEqual({ 'request-id': id + 1, error: text, 'error-code': 'not supported', response: {} });
    }
    const { url } = await startController({ adminVersions: [1, 2, 3] });
    const old = await RawClient.open(url);
    const params = { AuthTag: 'machine-0', Password: passwords.machine, Nonce: machineNonce };
    expect(await old.call(1, 'Admin', 1, 'Login', params)).toMatchObject({
      response: { 'model-tag': modelTag, 'controller-tag': controllerTag, 'server-tag': controllerTag },
    });
  });

  it('#44 happens once: of two at once one is refused, and afterwards Admin is gone', async () => {
    const client = await RawClient.open((await startController()).url);
    const login = { type: 'Admin', version: 3, request: 'Login' };
    const params = loginParams('machine-0', passwords.machine, machineNonce);
    client.send({ 'request-id': 1, ...login, params });
    client.send({ 'request-id': 2, ...login, params });
    expect(JSON.parse(await client.next())).toMatchObject({
      'request-id': 1,
      response: { facades: expect.any(Array) },
    });
    expect(JSON.parse(await client.next())).toEqual({ 'request-id': 2, error: 'already logged in', response: {} });
    const gone = { error: 'unknown version (3) of interface "Admin"', 'error-code': 'not implemented' };
    expect(await client.logIn('machine-0', passwords.machine, machineNonce, 3)).toMatchObject(gone);
  });

  it('of two at once goes on with the second where the first failed', async () => {
    const client = await RawClient.open((await startController()).url);
    const login = { type: 'Admin', version: 3, request: 'Login' };
    client.send({ 'request-id': 1, ...login, params: loginParams('machine-0', 'wrong', machineNonce) });
    client.send({ 'request-id': 2, ...login, params: loginParams('machine-0', passwords.machine, machineNonce) });
    expect(JSON.parse(await client.next())).toMatchObject({ 'request-id': 1, ...unauthorized });
    expect(JSON.parse(await client.next())).toMatchObject({ 'request-id': 2, response: { 'model-tag': modelTag } });
  });

  it('#45 tells an unknown machine and a wrong password nothing apart, and asks for both the same', async () => {
    const started = await startController();
    const asked: string[] = [];
    const { isPassword } = started.entities;
    started.entities.isPassword = (tag, password, model) => {
      asked.push(tag);
      return isPassword(tag, password, model);
    };
    const client = await RawClient.open(started.url);
    const wrong = { ...((await client.logIn('machine-0', 'wrong', machineNonce, 1)) as object), 'request-id': 0 };
    const unknown = {
      ...((await client.logIn('machine-7', passwords.machine, machineNonce, 2)) as object),
      'request-id': 0,
    };
    expect(unknown).toEqual(wrong);
    expect(wrong).toMatchObject(unauthorized);
    expect(asked).toEqual(['machine-0', 'machine-7']);
  });

  it('#46 looks at the nonce of whoever has the right password', async () => {
    const client = await RawClient.open((await startController()).url);
    expect(await client.logIn('machine-0', passwords.machine, 'other', 1)).toEqual({
      'request-id': 1,
      error: 'machine 0 not provisioned',
      'error-code': 'not provisioned',
      response: {},
    });
    expect(await client.logIn('machine-0', 'wrong', 'other', 2)).toMatchObject(unauthorized);
  });

  it('#46 takes a machine without a nonce for one that is not provisioned', async () => {
    const started = await startController();
    started.entities.add({ tag: 'machine-1-lxd-0', password: newPassword }, modelUuid);
    const client = await RawClient.open(started.url);
    const refused = { error: 'machine 1/lxd/0 not provisioned', 'error-code': 'not provisioned' };
    expect(await client.logIn('machine-1-lxd-0', newPassword, '')).toMatchObject(refused);
  });

  it('#47 looks at no nonce of a unit', async () => {
    const client = await RawClient.open((await startController()).url);
    expect(await client.logIn('unit-mysql-0', passwords.unit, 'any')).toMatchObject({
      response: { 'model-tag': modelTag },
    });
  });

  it('#48 masks every failure during maintenance', async () => {
    const client = await RawClient.open((await startController({ state: () => 'restoring' })).url);
    const masked = { error: 'login failed - maintenance in progress', response: {} };
    expect(await client.logIn('machine-0', 'wrong', machineNonce, 1)).toEqual({ 'request-id': 1, ...masked });
    expect(await client.logIn('machine-0', passwords.machine, 'other', 2)).toEqual({ 'request-id': 2, ...masked });
    expect(await client.logIn('machine-0', passwords.machine, machineNonce, 3)).not.toHaveProperty('error');
  });

  it('#49 lets agents in no faster than the limit says, and users always', async () => {
    const clock = createFakeClock();
    const { url } = await startController({ clock, limiter: loginLimiter({ burst: 2, refillMs: 1000, clock }) });
    const answers: unknown[] = [];
    for (const _ of [1, 2, 3]) answers.push(await (await RawClient.open(url)).logIn());
    expect(answers.map((answer) => Object.hasOwn(answer as object, 'error'))).toEqual([false, false, true]);
    expect(answers[2]).toEqual({ 'request-id': 1, error: 'try again', 'error-code': 'try again', response: {} });
    expect(await (await RawClient.open(url)).logIn('user-admin', passwords.admin, '')).not.toHaveProperty('error');
    await clock.advance(1000);
    expect(await (await RawClient.open(url)).logIn()).not.toHaveProperty('error');
  });

  it('refuses a user who may not in, once the password is right', async () => {
    const started = await startController();
    started.entities.add({ tag: 'user-guest', password: 'pw', mayLogIn: false }, modelUuid);
    const client = await RawClient.open(started.url);
    expect(await client.logIn('user-guest', 'wrong', '', 1)).toMatchObject(unauthorized);
    const denied = { error: 'permission denied', 'error-code': 'unauthorized access' };
    expect(await client.logIn('user-guest', 'pw', '', 2)).toMatchObject(denied);
  });

  it('lets a controller machine into every model, and needs no pings of it there', async () => {
    const clock = createFakeClock();
    const controllerModelUuid = '9f5b1c2e-0000-4000-8000-0000000000cc';
    const started = await startController({ clock, controllerModelUuid });
    const machine = { tag: 'machine-5', password: newPassword, nonce: 'n' };
    started.entities.add({ ...machine, isController: true }, controllerModelUuid);
    started.entities.add({ ...machine, tag: 'machine-6' }, controllerModelUuid);
    const client = await RawClient.open(started.url);
    expect(await client.logIn('machine-6', newPassword, 'n', 1)).toMatchObject(unauthorized);
    expect(await client.logIn('machine-5', newPassword, 'n', 2)).toMatchObject({ response: { 'model-tag': modelTag } });
    expect(await client.call(3, 'Agent', 3, 'GetEntities', entities('machine-5'))).toMatchObject({
      response: { entities: [{ life: 'alive' }] },
    });
    await clock.advance(600_000);
    expect(await client.call(4, 'Pinger', 1, 'Ping')).toEqual({ 'request-id': 4, response: {} });
  });

  it('answers no credentials that are no text, and stays', async () => {
    const client = await RawClient.open((await startController()).url);
    expect(await client.call(1, 'Admin', 3, 'Login', { 'auth-tag': 5 })).toEqual({
      'request-id': 1,
      error: 'json: cannot unmarshal number into Go struct field LoginRequest.auth-tag of type string',
      response: {},
    });
    expect(await client.call(2, 'Admin', 3, 'Login', {})).toMatchObject({ error: '"" is not a valid tag' });
    expect(await client.logIn(undefined, undefined, undefined, 3)).not.toHaveProperty('error');
  });
});

describe('a model that is not here', () => {
  it('#54 is dialled, and answers everything with one error', async () => {
    const { port } = await startController();
    const client = await RawClient.open(`ws://127.0.0.1:${port}/model/9f5b1c2e-0000-4000-8000-0000000000ff/api`);
    const missing = {
      error: 'unknown model: "9f5b1c2e-0000-4000-8000-0000000000ff"',
      'error-code': 'model not found',
      response: {},
    };
    expect(await client.logIn()).toEqual({ 'request-id': 1, ...missing });
    expect(await client.call(2, 'Pinger', 1, 'Ping')).toEqual({ 'request-id': 2, ...missing });
  });

  it('sends users to where it has gone, and refuses agents', async () => {
    const redirection: ModelRedirection = {
      servers: [[{ value: '10.9.9.9', type: 'ipv4', scope: 'public', port: 17070 }]],
      caCert: 'CA-PEM',
      controllerTag,
      controllerAlias: 'other',
    };
    const { url, port } = await startController({ findModel: () => ({ redirection }) });
    const client = await RawClient.open(url);
    client.send({
      'request-id': 1,
      type: 'Admin',
      version: 3,
      request: 'Login',
      params: loginParams('user-admin', 'pw'),
    });
    // As 3.6.11 has written it, byte for byte.
    expect(await client.next()).toBe(
      '{"request-id":1,"error":"redirection to alternative server required","error-code":"redirection required",' +
        `"error-info":{"ca-cert":"CA-PEM","controller-alias":"other","controller-tag":"${controllerTag}",` +
        '"servers":[[{"port":17070,"scope":"public","type":"ipv4","value":"10.9.9.9"}]]},"response":{}}\n',
    );
    expect(await client.call(2, 'Admin', 3, 'RedirectInfo')).toMatchObject({ response: { 'ca-cert': 'CA-PEM' } });
    expect(await client.logIn(undefined, undefined, undefined, 3)).toMatchObject(unauthorized);
    const info = { addrs: [`ws://127.0.0.1:${port}`], modelTag, tag: 'user-admin', password: 'pw' };
    await expect(apiOpen(info, { allowInsecureWs: true, retryDelayMs: 0 })).rejects.toMatchObject({
      code: 'redirected',
      redirection: { ...redirection, follow: false },
    });
  });
});

describe('the facade Agent', () => {
  const loggedIn = async (entity: Partial<Entity> = {}): Promise<RawClient> => {
    const started = await startController();
    const machine = { tag: 'machine-0', password: passwords.machine, nonce: machineNonce };
    started.entities.add({ ...machine, ...entity }, modelUuid);
    const client = await RawClient.open(started.url);
    await client.logIn();
    return client;
  };

  it('#50 tells an agent of itself alone', async () => {
    const client = await loggedIn({ life: 'dying' });
    const own = { life: 'dying', jobs: ['JobHostUnits'], 'container-type': '' };
    const other = {
      life: '',
      jobs: null,
      'container-type': '',
      error: { message: 'permission denied', code: 'unauthorized access' },
    };
    const answer = await client.call(2, 'Agent', 2, 'GetEntities', entities('machine-0', 'machine-9', 'machine-0'));
    expect(answer).toEqual({ 'request-id': 2, response: { entities: [own, other, own] } });
    expect(await client.call(3, 'Agent', 3, 'GetEntities')).toEqual({ 'request-id': 3, response: { entities: [] } });
  });

  it('#50 finds keys in other case, as Go does, and refuses what is no list', async () => {
    const client = await loggedIn();
    const answer = await client.call(2, 'Agent', 3, 'GetEntities', { Entities: [{ TAG: 'machine-0' }] });
    expect(answer).toMatchObject({ response: { entities: [{ life: 'alive' }] } });
    expect(await client.call(3, 'Agent', 3, 'GetEntities', { entities: {} })).toMatchObject({
      error: 'json: cannot unmarshal object into Go struct field Entities.entities of type []params.Entity',
    });
  });

  it('#51 replaces the password: the old one is refused, the new one taken', async () => {
    const { url } = await startController();
    const client = await RawClient.open(url);
    await client.logIn();
    const changes = [{ tag: 'machine-0', password: newPassword }];
    expect(await client.call(2, 'Agent', 3, 'SetPasswords', { changes })).toEqual({
      'request-id': 2,
      response: { results: [{}] },
    });
    const second = await RawClient.open(url);
    expect(await second.logIn('machine-0', passwords.machine, machineNonce, 1)).toMatchObject(unauthorized);
    expect(await second.logIn('machine-0', newPassword, machineNonce, 2)).not.toHaveProperty('error');
  });

  it('#51 takes no short password, and changes that of nobody else', async () => {
    const client = await loggedIn();
    const changes = [
      { tag: 'machine-0', password: 'short' },
      { tag: 'unit-mysql-0', password: newPassword },
      { tag: 'nonsense', password: newPassword },
    ];
    const denied = { error: { message: 'permission denied', code: 'unauthorized access' } };
    expect(await client.call(2, 'Agent', 3, 'SetPasswords', { changes })).toEqual({
      'request-id': 2,
      response: {
        results: [
          { error: { message: 'password is only 5 bytes long, and is not a valid Agent password', code: '' } },
          denied,
          denied,
        ],
      },
    });
  });

  it('#52 sets no password of the dead', async () => {
    const client = await loggedIn({ life: 'dead' });
    const changes = [{ tag: 'machine-0', password: newPassword }];
    expect(await client.call(2, 'Agent', 3, 'SetPasswords', { changes })).toMatchObject({
      response: { results: [{ error: { code: 'dead' } }] },
    });
  });

  it('answers for an entity that was removed meanwhile', async () => {
    const started = await startController();
    const client = await RawClient.open(started.url);
    await client.logIn();
    started.entities.remove('machine-0', modelUuid);
    const gone = { error: { message: 'machine 0 not found', code: 'not found' } };
    expect(await client.call(2, 'Agent', 3, 'GetEntities', entities('machine-0'))).toMatchObject({
      response: { entities: [gone] },
    });
  });
});

describe('the ping timer', () => {
  const open = async (tag: string, password: string) => {
    const clock = createFakeClock();
    const { controller, url } = await startController({ clock });
    const client = await RawClient.open(url);
    await client.logIn(tag, password, tag === 'machine-0' ? machineNonce : '');
    return { clock, client, controller };
  };

  it('#53 drops an agent that is silent for three minutes', async () => {
    const { clock, client } = await open('machine-0', passwords.machine);
    await clock.advance(179_999);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await clock.advance(1);
    expect(await client.closed).toBe(1000);
  });

  it('#53 keeps an agent that pings, and a user who does not', async () => {
    const { clock, client } = await open('unit-mysql-0', passwords.unit);
    for (let minute = 1; minute <= 6; minute++) {
      await clock.advance(60_000);
      expect(await client.call(minute + 1, 'Pinger', 1, 'Ping')).toEqual({ 'request-id': minute + 1, response: {} });
    }
    const user = await open('user-admin', passwords.admin);
    await user.clock.advance(3_600_000);
    expect(await user.client.call(2, 'Pinger', 1, 'Ping')).toEqual({ 'request-id': 2, response: {} });
  });

  it('drops whoever does not log in', async () => {
    const clock = createFakeClock();
    const { url } = await startController({ clock });
    const client = await RawClient.open(url);
    await client.call(1, 'Admin', 3, 'RedirectInfo');
    await clock.advance(120_000);
    expect(await client.closed).toBe(1000);
  });
});

describe('an upgrade', () => {
  it('refuses agents and lets users do what may be done', async () => {
    const { url } = await startController({ state: () => 'upgrading' });
    const client = await RawClient.open(url);
    expect(await client.logIn()).toEqual({
      'request-id': 1,
      error: 'login for machine 0 blocked because upgrade is in progress',
      response: {},
    });
    expect(await client.logIn('user-admin', passwords.admin, '', 2)).not.toHaveProperty('error');
    const refused = { error: 'upgrade in progress', 'error-code': 'upgrade in progress' };
    expect(await client.call(3, 'Agent', 3, 'GetEntities')).toMatchObject(refused);
    expect(await client.call(4, 'Pinger', 1, 'Ping')).toEqual({ 'request-id': 4, response: {} });
  });

  it('ends: what was refused is served again', async () => {
    let state: 'upgrading' | 'normal' = 'upgrading';
    const { url } = await startController({ state: () => state });
    const client = await RawClient.open(url);
    await client.logIn('user-admin', passwords.admin, '');
    expect(await client.call(2, 'Agent', 3, 'GetEntities')).toHaveProperty('error');
    state = 'normal';
    expect(await client.call(3, 'Agent', 3, 'GetEntities')).not.toHaveProperty('error');
  });
});

describe('our own client', () => {
  it('logs in over TLS, calls, and reads failures with their code', async () => {
    const { port, caCert, controller } = await startController({ isTls: true });
    const info = { addrs: [`127.0.0.1:${port}`], modelTag, tag: 'machine-0', password: passwords.machine };
    await using connection = await apiOpen({ ...info, caCert, nonce: machineNonce }, { retryDelayMs: 0 });
    expect(connection.bestFacadeVersion('Agent')).toBe(3);
    expect(connection.controllerTag).toBe(controllerTag);
    const answer = await connection.apiCall('Agent', 3, '', 'GetEntities', entities('machine-0'));
    expect(answer).toEqual({ entities: [{ life: 'alive', jobs: ['JobHostUnits'], 'container-type': '' }] });
    await connection.ping();
    const unknown: unknown = await connection.apiCall('Nope', 1, '', 'X').catch((error: unknown) => error);
    expect(isRequestError(unknown)).toBe(true);
    expect(jujuCodeOf(unknown)).toBe('not implemented');
    const [client] = controller.clients as Iterable<ConnectedClient>;
    expect(client?.identity).toMatchObject({ tag: 'machine-0', kind: 'machine', isAgent: true });
    await controller.close();
    expect(await connection.broken).toBeUndefined();
  });

  it('dials the controller itself, which has no model', async () => {
    const started = await startController();
    started.entities.add({ tag: 'user-bob', password: 'pw' });
    const info = { addrs: [`ws://127.0.0.1:${started.port}`], tag: 'user-bob', password: 'pw' };
    await using connection = await apiOpen(info, { allowInsecureWs: true, retryDelayMs: 0 });
    expect(connection.modelTag).toBeUndefined();
  });
});

describe('what a server is made with', () => {
  const given = { controllerUuid, findModel: () => ({}), entities: undefined as never };

  it.each([
    ['a uuid that is none', { controllerUuid: 'x' }, /controllerUuid/],
    ['a version that is none', { serverVersion: 'new' }, /serverVersion/],
    ['a limit below one', { maxInFlight: 0 }, /maxInFlight/],
    ['no number', { pingTimeoutMs: NaN }, /pingTimeoutMs/],
  ])('may not be %s', (_, faulty, message) => {
    expect(() => createControllerServer({ ...given, ...faulty })).toThrow(message);
  });

  it('may have no limit of logins that lets nobody in', () => {
    expect(() => loginLimiter({ burst: 0, refillMs: 1000 })).toThrow('burst');
    expect(() => loginLimiter({ burst: 1, refillMs: 0 })).toThrow('refillMs');
  });

  it('logs no secret', async () => {
    const logger = createRecordingLogger();
    const { url } = await startController({ logger });
    const client = await RawClient.open(url);
    await client.logIn('machine-0', 'a wrong secret', machineNonce, 1);
    await client.logIn('machine-0', passwords.machine, machineNonce, 2);
    expect(JSON.stringify(logger.records)).toContain('logged in');
    expect(JSON.stringify(logger.records)).not.toMatch(
      new RegExp(`${passwords.machine}|a wrong secret|${machineNonce}`),
    );
  });
});
