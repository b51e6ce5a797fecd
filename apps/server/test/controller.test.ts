import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { AgentFile, apiOpen, type Connection, isErrChangedPassword, scaryConnect } from '@moorline/apicaller';
import { systemClock } from '@moorline/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { runCommand } from './run-command.js';
import { enrol, get, post, read, startTestServer, type TestServer } from './support.js';

const answer = z.strictObject({
  tag: z.string(),
  modelUUID: z.uuid(),
  controllerUUID: z.uuid(),
  nonce: z.string(),
  password: z.string(),
  addresses: z.array(z.string()),
});
type Answer = z.infer<typeof answer>;

const claim = 'made up by the machine, and long enough';
const dial = { allowInsecureWs: true } as const;

describe('the identity of a machine', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const ask = (machine: { machineID: string; sessionToken: string }, secret = claim): Promise<Response> =>
    post(`${server.url}/moorline/v1/identity`, { machineID: machine.machineID, claim: secret }, machine.sessionToken);

  /** What a machine keeps of its identity. */
  const keep = ({ tag, password, nonce, addresses, modelUUID, controllerUUID }: Answer): Promise<AgentFile> =>
    AgentFile.create(temporaryFolder(), {
      ...{ tag, password, nonce, apiAddresses: addresses.map((address) => `ws://${address}`) },
      ...{ modelTag: `model-${modelUUID}`, controllerTag: `controller-${controllerUUID}` },
    });

  const connect = async (agent: AgentFile): Promise<Connection> => {
    const connection = await scaryConnect(agent, apiOpen, { dial });
    onTestFinished(() => connection.close().catch(() => undefined));
    return connection;
  };

  /** A machine that has replaced its first password. */
  async function connected(host: string) {
    const machine = await enrol(server, host);
    const identity = await read(await ask(machine), answer);
    const agent = await keep(identity);
    await expect(connect(agent)).rejects.toSatisfy(isErrChangedPassword);
    return { machine, identity, agent, connection: await connect(agent) };
  }

  it('is given once; the first connection replaces its password, and the session token stays', async () => {
    const machine = await enrol(server, 'n1');
    const response = await ask(machine);
    expect(response.status).toBe(200);
    const identity = await read(response, answer);
    expect(identity.tag).toBe(`machine-${machine.machineNumber}`);
    expect(identity.addresses).toEqual([new URL(server.url).host]);

    // An answer that was lost comes again, with another password.
    const again = await read(await ask(machine), answer);
    expect(again).toEqual({ ...identity, password: expect.not.stringMatching(identity.password) as string });

    const agent = await keep(again);
    await expect(connect(agent)).rejects.toSatisfy(isErrChangedPassword);
    const connection = await connect(agent);
    expect(connection.controllerTag).toBe(`controller-${identity.controllerUUID}`);
    expect(connection.bestFacadeVersion('Pinger')).toBe(1);
    await connection.ping();

    const late = await ask(machine);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      code: 'identity_taken',
      hint: expect.stringContaining(`machines reset-identity ${machine.machineID}`) as string,
    });
    const token = await post(`${server.url}/moorline/v1/token`, { machineID: machine.machineID }, machine.sessionToken);
    expect(token.status).toBe(200);
    for (const secret of [again.password, claim, agent.currentConfig().apiInfo()?.password ?? ''])
      expect(server.logger.text()).not.toContain(secret);
  });

  it('is given to nobody else, and only for a body that can be read', async () => {
    const machine = await enrol(server, 'n2');
    const other = await enrol(server, 'n3');
    expect((await post(`${server.url}/moorline/v1/identity`, { machineID: machine.machineID, claim })).status).toBe(
      401,
    );
    expect((await ask({ ...machine, sessionToken: other.sessionToken })).status).toBe(401);
    expect((await ask(machine, 'short')).status).toBe(400);
    expect((await ask(machine)).status).toBe(200);
    expect((await ask(machine, `another ${claim}`)).status).toBe(409);
  });

  it('is made anew once an operator has reset it, and what was connected with it is cut off', async () => {
    const { machine, identity, agent, connection } = await connected('n4');
    const reset = () => runCommand('machines', 'reset-identity', machine.machineID, '--data-dir', server.dataDir);
    expect(await reset()).toMatchObject({ code: 0, err: expect.stringContaining(identity.tag) as string });
    await connection.broken;
    await expect(connect(agent)).rejects.toMatchObject({ code: 'connect_impossible' });
    expect(await reset()).toMatchObject({ code: 0, err: 'the machine has no identity yet\n' });
    const next = await read(await ask(machine, `another ${claim}`), answer);
    expect(next).toMatchObject({ tag: identity.tag, modelUUID: identity.modelUUID });
    await expect(connect(await keep(next))).rejects.toSatisfy(isErrChangedPassword);
    expect(await runCommand('machines', 'reset-identity', 'nobody', '--data-dir', server.dataDir)).toMatchObject({
      code: 1,
      err: expect.stringContaining('machines list') as string,
    });
  });

  it('opens no other model, and no page takes the upgrade', async () => {
    const { agent } = await connected('n5');
    const info = agent.currentConfig().apiInfo();
    if (info === undefined) throw new Error('it was written with addresses');
    const modelTag = 'model-7b9f27ca-2bb9-4c0f-8c3c-3f0b7b0c8d11';
    await expect(apiOpen({ ...info, modelTag }, dial)).rejects.toMatchObject({ code: 'model_not_found' });
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const refused = httpRequest(`${server.url}/elsewhere`, { headers: upgrade });
    refused.end();
    const [refusal] = await once(refused, 'response');
    expect(refusal.statusCode).toBe(404);
    refusal.resume();
  });

  describe('tells its agent', () => {
    const config = (connection: Connection): Promise<unknown> =>
      connection
        .apiCall('Moorline', 1, '', 'Config')
        .then((given) => z.object({ config: z.unknown() }).parse(given).config);

    it('what the settings of agents are, and at once when they change', async () => {
      const { connection } = await connected('n6');
      const run = (...words: string[]) => runCommand('config', ...words, '--data-dir', server.dataDir);
      const given = await connection.apiCall('Moorline', 1, '', 'WatchConfig');
      const { NotifyWatcherId: id } = z.object({ NotifyWatcherId: z.string() }).parse(given);
      expect(await config(connection)).toEqual({});
      let began = 0;
      const changed = async (...words: string[]): Promise<unknown> => {
        const next = connection.apiCall('NotifyWatcher', 1, id, 'Next');
        began = systemClock.monotonic();
        expect(await run(...words)).toEqual({ code: 0, out: '', err: '' });
        await next;
        return config(connection);
      };
      expect(await changed('set', 'interval', '30s')).toEqual({ 'interval-ms': 30_000 });
      expect(systemClock.monotonic() - began).toBeLessThan(1000);
      const both = { 'interval-ms': 30_000, 'nats-servers': ['nats://a.example', 'tls://b.example'] };
      expect(await changed('set', 'nats', 'nats://a.example,tls://b.example')).toEqual(both);
      expect((await run('get')).out).toMatch(/^KEY +VALUE\ninterval +30s\nnats +nats:\/\/a/);
      expect((await run('get', 'interval')).out).toBe('30s\n');
      expect(await changed('unset', 'nats')).toEqual({ 'interval-ms': 30_000 });
      expect(JSON.parse((await run('get', '--json')).out)).toEqual({ interval: '30s' });
      expect(await run('set', 'interval', '10ms')).toMatchObject({
        code: 1,
        err: expect.stringContaining('at least 1s') as string,
      });
      expect(await run('set', 'colour', 'red')).toMatchObject({
        code: 1,
        err: expect.stringContaining('interval, nats') as string,
      });
    });
  });

  it('is counted', async () => {
    const { connection } = await connected('n7');
    await connection.ping();
    const text = await (await get(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^moorline_controller_agents_connected [1-9]\d*$/m);
    expect(text).toMatch(/^moorline_controller_logins_total\{outcome="ok"\} [1-9]/m);
    expect(text).toMatch(/^moorline_controller_logins_total\{outcome="unauthorized_access"\} [1-9]/m);
    expect(text).toMatch(/^moorline_controller_calls_total\{method="Agent.SetPasswords",outcome="ok"\} [1-9]/m);
  });

  it('outlives the server, whose connections end with it', async () => {
    const dataDir = temporaryFolder();
    const first = await startTestServer({ dataDir });
    const machine = await enrol(first, 'n1');
    const body = { machineID: machine.machineID, claim };
    const identity = await read(await post(`${first.url}/moorline/v1/identity`, body, machine.sessionToken), answer);
    const agent = await keep(identity);
    await expect(connect(agent)).rejects.toSatisfy(isErrChangedPassword);
    const connection = await connect(agent);
    const began = systemClock.monotonic();
    await first[Symbol.asyncDispose]();
    expect(systemClock.monotonic() - began).toBeLessThan(3000);
    await connection.broken;
    await using _second = await startTestServer({ dataDir, port: new URL(first.url).port });
    const again = await connect(agent);
    expect(again.controllerTag).toBe(connection.controllerTag);
  });
});
