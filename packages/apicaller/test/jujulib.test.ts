import { connectAndLogin } from '@canonical/jujulib';
import AgentV2 from '@canonical/jujulib/dist/api/facades/agent/AgentV2.js';
import AgentV3 from '@canonical/jujulib/dist/api/facades/agent/AgentV3.js';
import PingerV1 from '@canonical/jujulib/dist/api/facades/pinger/PingerV1.js';
import { facade } from '@moorline/apicaller/server';
import { describe, expect, it, vi } from 'vitest';
import WebSocket, { type ClientOptions } from 'ws';
import { captures } from './support/captures.js';
import { passwords, startController, type TestController } from './support/controller.js';
import { controllerTag, loginResult, modelTag, modelUuid } from './support/logged-in.js';
import { hasVectors } from './support/vectors.js';

/** What the client under test makes of a login: the facades it asked for, as far as the server has them. */
interface Session {
  agent: AgentV3;
  pinger: PingerV1;
  versions: Record<string, number>;
  info: Record<string, unknown>;
  /** Close codes that it was told. */
  closed: number[];
  transport: NonNullable<Awaited<ReturnType<typeof connectAndLogin>>['conn']>['transport'];
  logout: () => Promise<void>;
}

/** Logs in with the JavaScript client of Juju's own authors, over `ws`. */
async function connect(
  { url, caCert }: TestController,
  username = 'admin',
  password = passwords.admin,
): Promise<Session> {
  const closed: number[] = [];
  let told: () => void = () => undefined;
  const wasTold = new Promise<void>((resolve) => (told = resolve));
  class PinnedSocket extends WebSocket {
    constructor(address: string) {
      const pinned: ClientOptions & { servername: string } = { ca: caCert, servername: 'juju-apiserver' };
      super(address, caCert === undefined ? {} : pinned);
    }
  }
  const options = {
    wsclass: PinnedSocket as never,
    facades: [AgentV2, AgentV3, PingerV1],
    closeCallback: (code: number) => {
      closed.push(code);
      told();
    },
  };
  const { conn, logout } = await connectAndLogin(url, options, { username, password }, '3.6.11');
  if (conn === undefined) throw new Error('no connection');
  const { agent, pinger } = conn.facades;
  if (!(agent instanceof AgentV3) || !(pinger instanceof PingerV1)) throw new Error('facades are missing');
  return {
    agent,
    pinger,
    versions: { agent: agent.VERSION, pinger: pinger.VERSION },
    info: { ...conn.info },
    closed,
    transport: conn.transport,
    logout: () => (logout(), wasTold),
  };
}

const entities = { entities: [{ tag: 'machine-0' }] };

describe('the JavaScript client of Juju’s own authors', () => {
  it('#101 logs in as a user over TLS, pings, and calls Agent.GetEntities', async () => {
    const started = await startController({ isTls: true, servers: () => loginResult.servers });
    const session = await connect(started);
    expect(session.versions).toEqual({ agent: 3, pinger: 1 });
    expect(session.info).toMatchObject({ controllerTag, serverVersion: '3.6.11', servers: loginResult.servers });
    expect(await session.pinger.ping(undefined)).toEqual({});
    // A user may not ask about machines: the answer has one entry, which says so.
    const [entity] = (await session.agent.getEntities(entities)).entities;
    expect(entity).toMatchObject({ life: '', error: { message: 'permission denied', code: 'unauthorized access' } });
    await session.logout();
    expect(session.closed).toEqual([1005]);
    await expect.poll(() => [...started.controller.clients].length).toBe(0);
  });

  it('is answered as in the captures for a wrong password and a missing permission', async () => {
    const started = await startController();
    started.entities.add({ tag: 'user-guest', password: 'pw', mayLogIn: false }, modelUuid);
    await expect(connect(started, 'admin', 'wrong')).rejects.toThrow(
      'Have you been granted permission to a model on this controller?',
    );
    await expect(connect(started, 'guest', 'pw')).rejects.toThrow(
      "Ensure that you've been given 'login' permission on this controller.",
    );
  });

  it('is a user whatever its tag says', async () => {
    const started = await startController();
    await expect(connect(started, 'machine-0', passwords.machine)).rejects.toThrow('granted permission');
    started.entities.add({ tag: 'user-machine-0', password: 'pw' }, modelUuid);
    const session = await connect(started, 'machine-0', 'pw');
    // The client leaves the connection of a failed login open.
    expect([...started.controller.clients].at(-1)?.identity).toMatchObject({ tag: 'user-machine-0', isAgent: false });
    await session.logout();
  });

  it('does not recognise a redirect, as in the captures', async () => {
    const redirection = { servers: loginResult.servers, caCert: 'CA-PEM', controllerTag };
    const started = await startController({ findModel: () => ({ redirection }) });
    await expect(connect(started)).rejects.toThrow('redirection to alternative server required');
  });

  it('has its calls answered when the server closes, which it would wait for in vain', async () => {
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const started = await startController({
      facades: [
        facade({
          name: 'X',
          versions: [1],
          methods: {
            Wait: (_, { signal }) => {
              begun();
              return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
            },
          },
        }),
      ],
    });
    const session = await connect(started);
    const request = { type: 'X', request: 'Wait', version: 1, params: {} };
    const call = new Promise((resolve, reject) => session.transport.write(request, resolve, reject)).catch(
      (error: unknown) => error,
    );
    await hasBegun;
    await started.controller.close();
    expect(await call).toMatchObject({ message: 'context canceled' });
    expect(session.closed).toEqual([1000]);
  });

  it('is never sent what it would not understand', async () => {
    const noise = [vi.spyOn(console, 'error'), vi.spyOn(console, 'log')];
    const started = await startController();
    const session = await connect(started);
    for (let call = 0; call < 50; call++) await session.pinger.ping(undefined);
    await session.logout();
    for (const spy of noise) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it.skipIf(!hasVectors)('writes the login that was captured of it', async () => {
    const [, lines] = captures('jujulib.ndjson').find(([name]) => name === 'jujulib-login-and-calls') ?? ['', []];
    const captured = lines.find(({ from, frame }) => from === 'jujulib' && frame === 'text')?.['text'];
    const texts: string[] = [];
    const started = await startController();
    started.http.on('upgrade', (_, socket) => {
      let bytes = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const start = 8;
        if (bytes.length < start) return;
        const key = bytes.subarray(4, start);
        texts.push(Buffer.from(bytes.subarray(start).map((byte, at) => byte ^ (key[at % 4] ?? 0))).toString());
      });
    });
    const session = await connect(started);
    expect(String(captured)).toContain('"auth-tag":"user-admin"');
    expect(texts[0]?.startsWith(String(captured))).toBe(true);
    expect(session.info).toMatchObject({ controllerTag });
    expect(modelTag).toBe(`model-${modelUuid}`);
    await session.logout();
  });
});
