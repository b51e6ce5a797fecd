import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { type ConnectSessionOptions, connectSession, openIdentity, sendLoginRequest } from '../src/index.js';
import { createLoginListener, createMemoryLoginStore, createSessionServer, type SessionInfo } from '../src/server.js';
import { fetchTrusting } from './support/certificates.js';
import { smallRequest } from './support/machine.js';
import { Queue } from './support/queue.js';

/** A control plane of this package, and an agent that is enrolled with it; both real, on one TLS port. */
async function enrolled() {
  const certificate = await makeCertificate();
  const store = createMemoryLoginStore();
  store.addRegistration({ token: smallRequest.token, nodeGroup: 'lab' });
  const connected = new Queue<SessionInfo>();
  const disconnected = new Queue<SessionInfo>();
  const sessions = createSessionServer({
    store,
    onConnect: (session) => connected.push(session),
    onDisconnect: (session) => disconnected.push(session),
  });
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, createLoginListener({ store }));
  sessions.attachTo(server);
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const endpoint = `localhost:${(server.address() as AddressInfo).port}`;
  const trusting = fetchTrusting(certificate);
  const { machineID = '', token = '' } = await sendLoginRequest(
    { ...smallRequest, machineID: '' },
    { endpoint, fetch: trusting.fetch },
  );
  await trusting.close();
  const dataDir = temporaryFolder();
  const file = await openIdentity(dataDir);
  file.write({ machineId: machineID, sessionToken: token, endpoint });
  onTestFinished(async () => {
    await file.close();
    await sessions.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const connect = (options: ConnectSessionOptions) => {
    const session = connectSession({
      dataDir,
      tls: { ca: certificate.cert },
      proxy: false,
      startDelayMs: 0,
      random: () => 0,
      agentVersion: 'v0.13.0-alpha.4',
      ...options,
    });
    onTestFinished(() => session.close());
    return session;
  };
  return { machineId: machineID, sessions, sockets, file, connect, connected, disconnected };
}

describe.each(['v1', 'v2'] as const)('both halves of a session of version %s', (protocol) => {
  it('ask and answer', async () => {
    const { machineId, sessions, connect, connected } = await enrolled();
    connect({
      protocol,
      handlers: {
        states: () => ({ states: [{ component: 'cpu', states: [{ health: 'Healthy', reason: 'ok' }] }] }),
        triggerComponent: ({ component_name: name }) => ({ error: name, error_code: 404 }),
      },
    });
    expect(await connected.next()).toMatchObject({ machineId, protocol });
    expect(await sessions.request(machineId, 'states', {})).toEqual({
      states: [{ component: 'cpu', states: [{ health: 'Healthy', reason: 'ok' }] }],
    });
    const asked = Array.from({ length: 40 }, (_, index) =>
      sessions.request(machineId, 'triggerComponent', { component_name: `c${index}` }),
    );
    expect(await Promise.all(asked)).toEqual(
      Array.from({ length: 40 }, (_, index) => ({ error: `c${index}`, error_code: 404 })),
    );
  });

  it('#69 lose none of many requests that wait for each other', async () => {
    const { machineId, sessions, connect, connected } = await enrolled();
    connect({ protocol, handlers: { setHealthy: async ({ components }) => ({ error: components?.[0] }) } });
    await connected.next();
    const asked = Array.from({ length: 100 }, (_, index) =>
      sessions.request(machineId, 'setHealthy', { components: [`c${index}`] }),
    );
    expect((await Promise.all(asked)).map(({ error }) => error)).toEqual(asked.map((_, index) => `c${index}`));
  });

  it('#67 #68 come through ten broken connections with an answer under way', async () => {
    const { machineId, sessions, connect, connected, sockets } = await enrolled();
    const begun = new Queue<(error: string) => void>();
    connect({
      protocol,
      handlers: { reboot: () => new Promise((resolve) => begun.push((error) => resolve({ error }))) },
    });
    await connected.next();
    const pending = sessions.request(machineId, 'reboot', {});
    const release = await begun.next();
    for (let count = 0; count < 10; count++) {
      const open = [...sockets];
      // The one side, the other, or both.
      for (const socket of protocol === 'v2' || count % 3 === 2 ? open : open.slice(count % 3, (count % 3) + 1)) {
        socket.destroy();
      }
      await connected.next();
    }
    release('late');
    expect(await pending).toEqual({ error: 'late' });
    expect(sessions.size).toBe(1);
  });

  it('#65 change the token', async () => {
    const { machineId, sessions, connect, connected, file } = await enrolled();
    const session = connect({ protocol });
    await connected.next();
    const before = file.read()?.sessionToken;
    await sessions.rotateToken(machineId);
    const after = file.read()?.sessionToken;
    expect(after).not.toBe(before);
    session.reconnect();
    await connected.next();
    expect(await sessions.request(machineId, 'packageStatus', {})).toEqual({});
  });

  it('part for a while when the control plane wants it', async () => {
    const { sessions, connect, connected, disconnected } = await enrolled();
    connect({ protocol });
    await connected.next();
    sessions.drain(0);
    await disconnected.next();
    await connected.next();
    expect(sessions.size).toBe(1);
  });

  it('end together', async () => {
    const { sessions, connect, connected, disconnected } = await enrolled();
    const session = connect({ protocol });
    await connected.next();
    await session.close();
    await disconnected.next();
    expect(sessions.list()).toEqual([]);
  });
});

it('a session that may choose takes version 2', async () => {
  const { connect, connected } = await enrolled();
  const session = connect({});
  expect(await connected.next()).toMatchObject({ protocol: 'v2' });
  expect(session.protocol).toBe('v2');
});

it('#72 a token of another machine is refused, and recorded', async () => {
  const { connect, file, machineId } = await enrolled();
  file.write({ machineId: 'm-other' });
  const refused = new Queue<unknown>();
  connect({ protocol: 'v1', onChange: ({ phase, error }) => phase === 'waiting' && refused.push(error) });
  expect(await refused.next()).toMatchObject({ code: 'session_unauthorized', status: 401 });
  expect(file.sessionStates()[0]).toMatchObject({
    success: false,
    message: expect.stringMatching(/^HTTP 401: /) as string,
  });
  file.write({ machineId });
});
