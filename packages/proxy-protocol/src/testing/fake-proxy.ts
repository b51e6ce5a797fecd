import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeV2Connection } from './fake-v2-connection.js';
import { FakeV3Connection } from './fake-v3-connection.js';
import type { FakeSession } from './fake-session.js';

/** A request of v2, or a command of v3, that a fake proxy got. */
export interface FakeRequest {
  /** Which connection it came on, from 1. */
  connection: number;
  /** v2's `id` (`hello`, `allocateIO` …), or the command's name (`RegisterVM` …). */
  name: string;
  /** What came with it; undefined where nothing did. */
  data: unknown;
}

/**
 * What a fake proxy answers:
 *
 * - `data` makes a success, `error` a failure with that text (in v2 perhaps with data);
 * - `raw` is sent as it is, one write for each piece;
 * - `fd` (v2) sends the tag with a duplicate of that descriptor behind the answer, whatever the answer is;
 * - `silence` does nothing; `close` ends the connection without an answer, as does `isLast` behind one.
 */
export type FakeAnswer =
  | { data?: unknown; fd?: number; isLast?: boolean }
  | { error: string; data?: unknown; fd?: number; isLast?: boolean }
  | { raw: Uint8Array | readonly Uint8Array[]; fd?: number; isLast?: boolean }
  | 'silence'
  | 'close';

export interface FakeProxyOptions {
  /** Default `v2`. */
  generation?: 'v2' | 'v3' | undefined;
  /** Is asked first; undefined: the answer of a proxy with which all is well. */
  answer?: ((request: FakeRequest) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>) | undefined;
}

/** A proxy that answers what a test says, right or wrong: there is no VM behind it. */
export interface FakeProxy extends AsyncDisposable {
  readonly generation: 'v2' | 'v3';
  /** Path of its socket. */
  readonly path: string;
  /** What came, in order. */
  readonly requests: readonly FakeRequest[];
  /** What it has handed out and connected: descriptors of `allocateIO`, shims. In order. */
  readonly sessions: readonly FakeSession[];
  /** The next session that there is. */
  nextSession(): Promise<FakeSession>;
  /** The next request of that name (or any) that comes. */
  nextRequest(name?: string): Promise<FakeRequest>;
  /** Sends bytes that nobody asked for, on every connection. */
  sendRaw(bytes: Uint8Array): void;
  /** Ends every connection without a word; it goes on listening. */
  disconnect(): void;
  close(): Promise<void>;
}

/** Starts a fake proxy that listens on a unix socket in a folder of its own. */
export async function createFakeProxy(options: FakeProxyOptions = {}): Promise<FakeProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'moorline-proxy-'));
  const proxy = new Fake(options, folder);
  await proxy.listen();
  return proxy;
}

/** What a connection of a fake proxy tells it. */
export interface FakeHost {
  readonly path: string;
  answer(request: FakeRequest): Promise<FakeAnswer | undefined>;
  opened(session: FakeSession): void;
  /** A number that grows by `count` each time: of the first of so many streams. */
  allocate(count: number): bigint;
}

class Fake implements FakeProxy, FakeHost {
  readonly generation: 'v2' | 'v3';
  readonly path: string;
  readonly requests: FakeRequest[] = [];
  readonly sessions: FakeSession[] = [];
  readonly #options: FakeProxyOptions;
  readonly #folder: string;
  readonly #events = new EventEmitter<{ request: [FakeRequest]; session: [FakeSession] }>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #connections = 0;
  #nextStream = 1n;

  constructor(options: FakeProxyOptions, folder: string) {
    this.generation = options.generation ?? 'v2';
    this.#options = options;
    this.#folder = folder;
    this.path = join(folder, 'proxy.sock');
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  async listen(): Promise<void> {
    this.#server.listen(this.path);
    await once(this.#server, 'listening');
  }

  nextSession(): Promise<FakeSession> {
    return new Promise((resolve) => this.#events.once('session', resolve));
  }

  nextRequest(name?: string): Promise<FakeRequest> {
    return new Promise((resolve) => {
      const take = (request: FakeRequest): void => {
        if (name !== undefined && request.name !== name) return;
        this.#events.off('request', take);
        resolve(request);
      };
      this.#events.on('request', take);
    });
  }

  sendRaw(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.disconnect();
    for (const session of this.sessions) session.close();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async answer(request: FakeRequest): Promise<FakeAnswer | undefined> {
    this.requests.push(request);
    this.#events.emit('request', request);
    return this.#options.answer?.(request);
  }

  opened(session: FakeSession): void {
    this.sessions.push(session);
    this.#events.emit('session', session);
  }

  allocate(count: number): bigint {
    const first = this.#nextStream;
    this.#nextStream += BigInt(count);
    return first;
  }

  #accept(socket: Socket): void {
    const number = ++this.#connections;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that goes, or breaks the protocol, ends its connection and nothing else.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    const Connection = this.generation === 'v2' ? FakeV2Connection : FakeV3Connection;
    const connection = new Connection(socket, number, this);
    socket.on('data', (chunk: Uint8Array) => connection.push(chunk));
  }
}
