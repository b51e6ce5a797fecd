import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import {
  type ControllerServer,
  type ControllerServerOptions,
  createControllerServer,
  createMemoryEntityStore,
  type MemoryEntityStore,
} from '@moorline/apicaller/server';
import WebSocket from 'ws';
import { onTestFinished } from 'vitest';
import { controllerTag, modelUuid } from './logged-in.js';
import { controllerCertificate } from './stub-controller.js';

export const controllerUuid = controllerTag.slice('controller-'.length);

/** Secrets of the entities that every controller of these tests knows. */
export const passwords = {
  machine: 'pw-machine-0-current-000',
  unit: 'pw-unit-mysql-0-000000000',
  admin: 'pw',
};
export const machineNonce = 'machine-0:nonce';

export interface TestController {
  controller: ControllerServer;
  entities: MemoryEntityStore;
  http: Server;
  port: number;
  /** Of the websocket of the model. */
  url: string;
  /** The controller's certificate, where it has one. */
  caCert: string | undefined;
}

/** Entities as the captures have them: a machine, a unit, a user. */
export function testEntities(): MemoryEntityStore {
  const entities = createMemoryEntityStore();
  entities.add({ tag: 'machine-0', password: passwords.machine, nonce: machineNonce }, modelUuid);
  entities.add({ tag: 'unit-mysql-0', password: passwords.unit }, modelUuid);
  entities.add({ tag: 'user-admin', password: passwords.admin, userInfo: { identity: 'user-admin' } }, modelUuid);
  return entities;
}

/** A controller of ours behind a real HTTP server, for the time of one test. */
export async function startController(
  options: Partial<ControllerServerOptions> & { isTls?: boolean } = {},
): Promise<TestController> {
  const { isTls = false, ...given } = options;
  const entities = testEntities();
  const controller = createControllerServer({
    controllerUuid,
    findModel: (uuid) => (uuid === modelUuid ? {} : undefined),
    entities,
    ...given,
  });
  const certificate = isTls ? await controllerCertificate() : undefined;
  const http = certificate === undefined ? createPlainServer() : createServer(certificate);
  const sockets = new Set<Socket>();
  http.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => {
    if (!controller.handleUpgrade(request, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => http.close(resolve));
  });
  const url = `${isTls ? 'wss' : 'ws'}://127.0.0.1:${port}/model/${modelUuid}/api`;
  return { controller, entities, http, port, url, caCert: certificate?.cert };
}

/** A websocket on which texts go in and out as they are. */
export class RawClient {
  readonly socket: WebSocket;
  /** Names of the headers of the answer to the upgrade, each with its value. */
  headers: string[] = [];
  /** Code of the close frame that came, once it has. */
  readonly closed: Promise<number>;
  readonly #received: string[] = [];
  #wanted: ((text: string) => void)[] = [];

  private constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('error', () => undefined);
    this.socket.on('upgrade', ({ rawHeaders }) => {
      for (let at = 0; at < rawHeaders.length; at += 2) this.headers.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
    });
    this.socket.on('message', (data: Buffer) => this.#receive(data.toString()));
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    onTestFinished(() => this.socket.terminate());
  }

  static async open(url: string): Promise<RawClient> {
    const client = new RawClient(url);
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    return client;
  }

  send(message: string | object): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next text that comes, or came and was not asked for yet. */
  next(): Promise<string> {
    const text = this.#received.shift();
    if (text !== undefined) return Promise.resolve(text);
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  /** Sends a call, and gives the answer. */
  async call(id: number, facade: string, version: number, method: string, params: unknown = {}): Promise<unknown> {
    this.send({ 'request-id': id, type: facade, version, request: method, params });
    return JSON.parse(await this.next()) as unknown;
  }

  /** Logs in, and gives the answer. */
  logIn(tag = 'machine-0', password = passwords.machine, nonce = machineNonce, id = 1): Promise<unknown> {
    return this.call(id, 'Admin', 3, 'Login', loginParams(tag, password, nonce));
  }

  /** Texts that came and that nobody asked for. */
  get left(): readonly string[] {
    return this.#received;
  }

  #receive(text: string): void {
    const wanted = this.#wanted.shift();
    if (wanted === undefined) this.#received.push(text);
    else wanted(text);
  }
}

export const loginParams = (tag: string, password: string, nonce = ''): Record<string, unknown> => ({
  'auth-tag': tag,
  credentials: password,
  nonce,
  macaroons: [],
  'user-data': '',
});
