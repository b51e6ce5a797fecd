import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { onTestFinished } from 'vitest';
import { loadFdPassing, socketFromFd, untilTaken } from '../../src/fd.js';
import { createProxyServer, type ProxyServer, type ProxyServerOptions } from '../../src/server.js';
import { hyperstartCodes } from '../../src/wire/hyperstart/commands.js';
import { ControlReader, encodeControlPacket } from '../../src/wire/hyperstart/control-packet.js';
import { encodeIoPacket } from '../../src/wire/hyperstart/io-packet.js';
import { encodeV2Request, type V2RequestId } from '../../src/wire/v2/request.js';
import { encodeCommand, encodeStream } from '../../src/wire/v3/frame.js';
import { commandNames, type CommandName, frameTypeNames, streamNames } from '../../src/wire/v3/types.js';
import { DescriptorPeer, type Peer, streamPeer, within } from './peers.js';

/** What a v2 proxy answers, as it stands in the JSON. */
export interface V2Answer {
  success: boolean;
  error?: string;
  data?: Record<string, unknown>;
}

/** A frame as a v3 proxy sends it. */
export interface V3Answer {
  type: string;
  name: string | undefined;
  isError: boolean;
  payload: Buffer;
  /** The payload as JSON; undefined where there is none. */
  json: unknown;
}

/** A proxy with a clock of its own, agents that a test scripts, and peers that speak bytes. Closed after the test. */
export async function proxyWorld(options: ProxyServerOptions = {}): Promise<ProxyWorld> {
  const world = new ProxyWorld(options);
  onTestFinished(() => world.close());
  await world.proxy.listen({ path: world.path });
  return world;
}

export class ProxyWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'moorline-proxy-'));
  readonly path = join(this.folder, 'proxy.sock');
  readonly clock = createFakeClock();
  readonly logger = createRecordingLogger();
  readonly proxy: ProxyServer;
  readonly #peers: Peer[] = [];
  readonly #agents: ScriptedAgent[] = [];

  constructor(options: ProxyServerOptions) {
    this.proxy = createProxyServer({ clock: this.clock, logger: this.logger, ...options });
  }

  /** A VM whose agent says READY and acknowledges every command, unless told otherwise. */
  async agent(options: AgentOptions = {}): Promise<ScriptedAgent> {
    const agent = new ScriptedAgent(join(this.folder, `vm${this.#agents.length}`), options);
    this.#agents.push(agent);
    await agent.listen();
    return agent;
  }

  async v2(): Promise<V2Peer> {
    const fds = await loadFdPassing();
    const peer = new V2Peer(await untilTaken(() => fds.connect(this.path)));
    this.#peers.push(peer);
    return peer;
  }

  async v3(): Promise<V3Peer> {
    const fds = await loadFdPassing();
    const peer = new V3Peer(socketFromFd(await untilTaken(() => fds.connect(this.path))));
    this.#peers.push(peer);
    return peer;
  }

  /** A v2 client that has said hello for a new VM. */
  async greeted(id = 'pod-7f', options?: AgentOptions): Promise<{ client: V2Peer; agent: ScriptedAgent }> {
    const agent = await this.agent(options);
    const client = await this.v2();
    const answer = await client.ask('hello', agent.hello(id));
    if (!answer.success) throw new Error(answer.error);
    return { client, agent };
  }

  /** A v3 client that has registered a new VM, with tokens. */
  async registered(
    numIOStreams = 1,
    id = 'pod-7f',
  ): Promise<{ client: V3Peer; agent: ScriptedAgent; tokens: string[] }> {
    const agent = await this.agent();
    const client = await this.v3();
    const { json } = await client.ask('RegisterVM', { ...agent.hello(id), numIOStreams });
    return { client, agent, tokens: tokensIn(json) };
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.proxy.close();
    for (const agent of this.#agents) await agent.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function tokensIn(json: unknown): string[] {
  const { io } = json as { io: { tokens: string[] | null } };
  return io.tokens ?? [];
}

/** A client of 2.x. It reads no more than it wants, so that descriptors are there to be taken. */
export class V2Peer extends DescriptorPeer {
  constructor(fd: number) {
    super(fd, 8);
  }

  async ask(id: V2RequestId, data?: unknown): Promise<V2Answer> {
    this.write(encodeV2Request(id, data));
    return this.answer();
  }

  async answer(): Promise<V2Answer> {
    const message = await within(this.read('message'));
    if (message.length === 0) throw new Error('the proxy closed the connection');
    return JSON.parse(message.subarray(8).toString()) as V2Answer;
  }

  /** The session of an `allocateIO` that succeeded: its number, and the descriptor as a peer. */
  async allocate(nStreams: number): Promise<{ ioBase: number; session: Peer; socket: Socket }> {
    const { data, error } = await this.ask('allocateIO', { nStreams });
    if (error !== undefined) throw new Error(error);
    const socket = await this.takeDescriptor();
    return { ioBase: Number(data?.['ioBase']), session: streamPeer(socket), socket };
  }

  async takeDescriptor(): Promise<Socket> {
    const fds = await loadFdPassing();
    const { fd } = await within(untilTaken(() => fds.recvFd(this.fd)));
    const socket = socketFromFd(fd);
    onTestFinished(() => void socket.destroy());
    return socket;
  }
}

/** A runtime or shim of 3.0. */
export class V3Peer implements Peer {
  readonly socket: Socket;
  readonly #peer: Peer;
  readonly write: Peer['write'];
  readonly read: Peer['read'];
  readonly readWithin: Peer['readWithin'];
  readonly halfClose: Peer['halfClose'];
  readonly close: Peer['close'];

  constructor(socket: Socket) {
    this.socket = socket;
    this.#peer = streamPeer(socket, 12);
    ({
      write: this.write,
      read: this.read,
      readWithin: this.readWithin,
      halfClose: this.halfClose,
      close: this.close,
    } = this.#peer);
  }

  /** @param payload a Buffer as it is, anything else as JSON; undefined: none. */
  async ask(name: CommandName, payload?: unknown): Promise<V3Answer> {
    this.send(name, payload);
    return this.answer();
  }

  send(name: CommandName, payload?: unknown): void {
    const bytes = payload === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(payload));
    void this.write(encodeCommand(name, bytes));
  }

  stdin(text: string): void {
    void this.write(encodeStream('stdin', Buffer.from(text)));
  }

  /** The next frame, of whatever type. */
  async answer(): Promise<V3Answer> {
    const frame = await within(this.read('message'));
    if (frame.length === 0) throw new Error('the proxy closed the connection');
    const type = frameTypeNames[(frame[6] ?? 0) & 0x0f] ?? 'none';
    const names = {
      command: commandNames,
      response: commandNames,
      stream: streamNames,
      notification: ['ProcessExited'],
    };
    const payload = frame.subarray(12);
    return {
      type,
      name: type === 'none' ? undefined : names[type][frame[7] ?? 0],
      isError: ((frame[6] ?? 0) & 0x10) !== 0,
      payload,
      json: payload[0] === 0x7b ? JSON.parse(payload.toString()) : undefined,
    };
  }

  /** Whether the proxy closes the connection. */
  async isClosed(): Promise<boolean> {
    return (await within(this.read(1))).length === 0;
  }
}

export interface AgentOptions {
  /** Whether READY is said as soon as the proxy is there. Default true. */
  isReady?: boolean;
  /** What is answered to a command: packets in one write. Default: an ACK. */
  answer?: (code: number, payload: string) => Uint8Array | undefined;
}

export interface AgentCommand {
  code: number;
  payload: string;
}

/** The two sockets of an agent, scripted by a test. */
export class ScriptedAgent {
  readonly ctlSerial: string;
  readonly ioSerial: string;
  readonly commands: AgentCommand[] = [];
  readonly #options: AgentOptions;
  readonly #ctlServer: Server;
  readonly #ioServer: Server;
  readonly #sockets: Partial<Record<'ctl' | 'io', Socket>> = {};
  readonly #waiting = new Map<'ctl' | 'io', () => void>();
  #io: Peer | undefined;
  #commandCame: () => void = () => undefined;

  constructor(name: string, options: AgentOptions) {
    this.ctlSerial = `${name}.ctl`;
    this.ioSerial = `${name}.io`;
    this.#options = options;
    this.#ctlServer = createServer({ allowHalfOpen: true }, (socket) => this.#talk(socket));
    this.#ioServer = createServer({ allowHalfOpen: true }, (socket) => {
      this.#io = streamPeer(socket);
      this.#came('io', socket);
    });
  }

  async listen(): Promise<void> {
    this.#ctlServer.listen(this.ctlSerial);
    this.#ioServer.listen(this.ioSerial);
    await Promise.all([once(this.#ctlServer, 'listening'), once(this.#ioServer, 'listening')]);
  }

  hello(containerId: string): { containerId: string; ctlSerial: string; ioSerial: string } {
    return { containerId, ctlSerial: this.ctlSerial, ioSerial: this.ioSerial };
  }

  /** The proxy's connection, once it is there. */
  async socket(which: 'ctl' | 'io'): Promise<Socket> {
    if (this.#sockets[which] === undefined) {
      await within(new Promise<void>((resolve) => this.#waiting.set(which, resolve)));
    }
    const socket = this.#sockets[which];
    if (socket === undefined) throw new Error(`no connection on ${which}`);
    return socket;
  }

  async sendControl(...packets: Uint8Array[]): Promise<void> {
    (await this.socket('ctl')).write(Buffer.concat(packets));
  }

  /** Whatever the proxy does with packets: sizes that it would not write are written too. */
  async output(stream: number, data: string | Uint8Array, totalBytes?: number): Promise<void> {
    const bytes = Buffer.from(data);
    const header = Buffer.alloc(12);
    header.writeBigUInt64BE(BigInt(stream));
    header.writeUInt32BE(totalBytes ?? 12 + bytes.length, 8);
    (await this.socket('io')).write(Buffer.concat([header, bytes]));
  }

  /** The next bytes of the proxy on the I/O socket. */
  async input(count: number): Promise<Buffer> {
    await this.socket('io');
    if (this.#io === undefined) throw new Error('no connection on io');
    return within(this.#io.read(count));
  }

  async inputWithin(ms: number): Promise<Buffer> {
    await this.socket('io');
    return (await this.#io?.readWithin(ms)) ?? Buffer.alloc(0);
  }

  /** The command of that index, once it is there. */
  async command(index: number): Promise<AgentCommand> {
    for (;;) {
      const command = this.commands[index];
      if (command !== undefined) return command;
      await within(new Promise<void>((resolve) => (this.#commandCame = resolve)));
    }
  }

  /** Ends a connection as an agent does that stops. */
  async hangUp(which: 'ctl' | 'io'): Promise<void> {
    (await this.socket(which)).destroy();
  }

  /** Whether the proxy has closed a connection. */
  async isClosed(which: 'ctl' | 'io'): Promise<void> {
    const socket = await this.socket(which);
    if (socket.readableEnded || socket.destroyed) return;
    // Closed with something unread, it is an error.
    await within(new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve())));
  }

  async close(): Promise<void> {
    for (const socket of Object.values(this.#sockets)) socket.destroy();
    for (const server of [this.#ctlServer, this.#ioServer]) await new Promise((resolve) => server.close(resolve));
  }

  #came(which: 'ctl' | 'io', socket: Socket): void {
    this.#sockets[which]?.destroy();
    this.#sockets[which] = socket;
    socket.on('error', () => undefined);
    this.#waiting.get(which)?.();
  }

  #talk(socket: Socket): void {
    const { isReady = true, answer = () => encodeControlPacket(hyperstartCodes.ack) } = this.#options;
    this.#came('ctl', socket);
    if (isReady) socket.write(encodeControlPacket(hyperstartCodes.ready));
    const reader = new ControlReader((code, bytes) => {
      const payload = Buffer.from(bytes).toString();
      this.commands.push({ code, payload });
      this.#commandCame();
      const packets = answer(code, payload);
      if (packets !== undefined) socket.write(packets);
    });
    socket.on('data', (chunk) => reader.push(chunk));
  }
}

/** A packet as it travels on the I/O socket and on descriptors. */
export const ioPacket = (stream: number, data: string): Buffer =>
  Buffer.from(encodeIoPacket(BigInt(stream), Buffer.from(data)));
