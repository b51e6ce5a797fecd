import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createFakeClock, createRecordingLogger, type FakeClock, type RecordingLogger } from '@moorline/core/testing';
import { makeCertificate } from '../../../../tools/testenv/certificates.js';
import {
  type AttachOptions,
  createLoginListener,
  createMemoryLoginStore,
  createSessionServer,
  type MemoryLoginStore,
  type SessionInfo,
  type SessionServer,
  type SessionServerOptions,
} from '../../src/server.js';
import { Queue } from './queue.js';
import { smallRequest } from './machine.js';
import type { StubOptions } from './v1-stub.js';

/** A control plane on one TLS port, whose time stands still. */
export interface SessionPlane extends AsyncDisposable {
  server: Http2SecureServer;
  sessions: SessionServer;
  store: MemoryLoginStore;
  clock: FakeClock;
  logger: RecordingLogger;
  /** Sessions of the machine that came up. */
  connected(machineId: string): Queue<SessionInfo>;
  /** Those that have ended. */
  disconnected(machineId: string): Queue<SessionInfo>;
  /** How a stub of the machine dials in; the machine is enrolled. */
  machine(id?: string, agentVersion?: string): Promise<StubOptions & { machineId: string }>;
}

const { cert, key } = await makeCertificate();

export async function startSessionPlane(
  options: Partial<SessionServerOptions> = {},
  attach: AttachOptions = {},
): Promise<SessionPlane> {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const store = createMemoryLoginStore();
  const connected = queues<SessionInfo>();
  const disconnected = queues<SessionInfo>();
  const registration = store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab' });
  const server = createSecureServer({ key, cert, allowHTTP1: true }, createLoginListener({ store }));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const sessions = createSessionServer({
    ...{ store, clock, logger, serverId: 'cp-1' },
    onConnect: (session) => connected(session.machineId).push(session),
    onDisconnect: (session) => disconnected(session.machineId).push(session),
    ...options,
  });
  sessions.attachTo(server, attach);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    ...{ server, sessions, store, clock, logger, connected, disconnected },
    async machine(machineId = 'm-0017', agentVersion) {
      const { machineInfo } = smallRequest;
      const request = { ...smallRequest, machineInfo: { ...machineInfo, gpudVersion: agentVersion } };
      await store.addMachine({ id: machineId, workspace: 'default', nodeGroup: 'lab' }, registration, request);
      return { address, ca: cert, token: await store.issueSessionToken(machineId), machineId };
    },
    async [Symbol.asyncDispose]() {
      await sessions.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** One queue a machine. */
function queues<T>(): (machineId: string) => Queue<T> {
  const byMachine = new Map<string, Queue<T>>();
  return (machineId) => {
    const queue = byMachine.get(machineId) ?? new Queue<T>();
    byMachine.set(machineId, queue);
    return queue;
  };
}
