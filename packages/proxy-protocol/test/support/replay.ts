import { closeSync, mkdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { createFakeClock } from '@moorline/core/testing';
import { loadFdPassing, socketFromFd, untilTaken } from '../../src/fd.js';
import { createProxyServer, type ProxyServer } from '../../src/server.js';
import type { Capture, CaptureLine } from './captures.js';

/** How long nothing must come where the capture has silence, milliseconds. */
const silenceMs = 12;
/** Longest wait for a line of the proxy, milliseconds. */
const patienceMs = 5000;

/** One end of a connection to the program under test. */
interface Peer {
  write(bytes: Uint8Array): Promise<void> | void;
  /** So many bytes, or as many as the next message has; fewer where the stream ends first. */
  read(size: number | 'message'): Promise<Buffer>;
  /** All that is there within a short time. */
  readWithin(ms: number): Promise<Buffer>;
  halfClose(): void;
  close(): void;
}

/** Plays what clients, shims and the VM sent in a capture, and compares what our server sends with what the real one did. */
export class Replay {
  readonly #capture: Capture;
  /** As many bytes as in the captures, so that no length changes: `/tmp/XX/ctl.sock` for `/run/vm/ctl.sock`. */
  readonly #folders = new Map<string, string>();
  readonly #agents = new Map<string, AgentSocket>();
  readonly #peers = new Map<string, Peer>();
  readonly #tokens = new Map<string, string>();
  readonly #clock = createFakeClock();
  readonly #proxy: ProxyServer;
  readonly #path: string;

  constructor(capture: Capture) {
    this.#capture = capture;
    const { generation } = capture;
    for (const captured of ['/run/vm', '/run/v2', '/run/p/']) this.#folders.set(captured, newFolder());
    this.#path = join(this.#folders.get('/run/p/') ?? '', 'p.sock');
    this.#proxy = createProxyServer({
      generations: generation === '3.0.23' ? ['v3'] : ['v2'],
      compat: generation === '2.0.0' ? '2.0.0' : '2.2',
      url: 'unix:///run/p/proxy.sock',
      // At log level debug the original reads consoles: so one of the captures was made.
      readConsole: generation === '3.0.23',
      clock: this.#clock,
    });
  }

  /** @returns what differs, one line each; nothing when the server answers as captured. */
  async run(lines: readonly CaptureLine[] = this.#capture.lines): Promise<string[]> {
    const differences: string[] = [];
    await this.#proxy.listen({ path: this.#path });
    for (const line of lines.filter(({ event }) => event === 'accept')) await this.#agent(pathIn(line));
    for (const [index, line] of lines.entries()) {
      const difference = line.from === 'proxy' ? await this.#expect(line) : await this.#play(line);
      if (difference === undefined) continue;
      differences.push(
        `line ${index} (${line.conn} ${line.from} ${line.event ?? ''} ${line.text.slice(0, 80)}): ${difference}`,
      );
      break;
    }
    await this.close();
    return differences;
  }

  async close(): Promise<void> {
    for (const peer of this.#peers.values()) peer.close();
    await this.#proxy.close();
    for (const { server } of this.#agents.values()) await new Promise((resolve) => server.close(resolve));
    for (const folder of this.#folders.values()) rmSync(folder, { recursive: true, force: true });
  }

  async #play(line: CaptureLine): Promise<undefined> {
    const peer = await this.#peer(line.conn);
    if (line.event === 'close') peer.close();
    else if (line.event === 'halfclose') peer.halfClose();
    else await peer.write(this.#toOurs(line.bytes));
  }

  async #expect(line: CaptureLine): Promise<string | undefined> {
    if (line.event === 'accept') {
      const socket = await (await this.#agent(pathIn(line))).accepted();
      this.#peers.set(line.conn, streamPeer(socket));
      return undefined;
    }
    const peer = await this.#peer(line.conn);
    if (line.event === 'silence') {
      const bytes = await peer.readWithin(silenceMs);
      return bytes.length === 0 ? undefined : `not silent: ${printable(bytes)}`;
    }
    if (line.event === 'close' || line.event === 'reset') {
      await this.#pass(line.ms);
      const bytes = await within(peer.read(1));
      return bytes.length === 0 ? undefined : `not closed: ${printable(bytes)}`;
    }
    if (line.event !== undefined) return `our server does not ${line.event}`;
    await this.#pass(line.ms);
    if (line.fd && line.bytes.length === 1) return this.#expectDescriptor(line);
    // One large read of the capture's driver had the descriptor's tag behind the message.
    const expected = Buffer.from(line.fd ? line.bytes.subarray(0, -1) : line.bytes);
    const actual = this.#toTheirs(await within(peer.read(this.#sizeOf(line))));
    return differenceOf(expected, actual) ?? (line.fd ? this.#expectDescriptor(line) : undefined);
  }

  /** Where the capture shows a wait, time goes on by it. */
  async #pass(ms = 0): Promise<void> {
    if (ms < 30_000) return;
    // What was sent before must have arrived first.
    await new Promise((resolve) => setTimeout(resolve, silenceMs));
    await this.#clock.advance(ms);
  }

  async #expectDescriptor(line: CaptureLine): Promise<string | undefined> {
    const fds = await loadFdPassing();
    const peer = this.#peers.get(line.conn);
    if (!(peer instanceof DescriptorPeer)) return 'no descriptor was expected on this connection';
    const { fd } = await within(untilTaken(() => fds.recvFd(peer.fd)));
    const name = /used below as (fd\d)/.exec(line.text)?.[1] ?? 'fd1';
    this.#peers.set(name, streamPeer(socketFromFd(fd)));
    return undefined;
  }

  /** The message's size: as captured, but for JSON with other texts of the same meaning, whose header says it. */
  #sizeOf({ conn, bytes }: CaptureLine): number | 'message' {
    if (!/^[cs]\d$/.test(conn)) return bytes.length;
    return 'message';
  }

  async #peer(conn: string): Promise<Peer> {
    const known = this.#peers.get(conn);
    if (known !== undefined) return known;
    const fds = await loadFdPassing();
    const fd = await untilTaken(() => fds.connect(this.#path));
    const headerBytes = this.#capture.generation === '3.0.23' ? 12 : 8;
    const hasDescriptors = this.#capture.lines.some((line) => line.fd && line.conn === conn);
    const peer = hasDescriptors ? new DescriptorPeer(fd, headerBytes) : streamPeer(socketFromFd(fd), headerBytes);
    this.#peers.set(conn, peer);
    return peer;
  }

  async #agent(capturedPath: string): Promise<AgentSocket> {
    let agent = this.#agents.get(capturedPath);
    if (agent === undefined) {
      agent = new AgentSocket();
      this.#agents.set(capturedPath, agent);
      await agent.listen(this.#replaced(capturedPath));
    }
    return agent;
  }

  #toOurs(bytes: Uint8Array): Buffer {
    return Buffer.from(this.#replaced(Buffer.from(bytes).toString('latin1')), 'latin1');
  }

  #replaced(text: string): string {
    let ours = text;
    for (const [captured, folder] of this.#folders) ours = ours.replaceAll(captured, folder);
    for (const [captured, token] of this.#tokens) ours = ours.replaceAll(captured, token);
    return ours;
  }

  #toTheirs(bytes: Buffer): Buffer {
    let text = bytes.toString('latin1');
    for (const [, token] of text.matchAll(/"([\w-]{43}=)"/g)) {
      if (token === undefined || [...this.#tokens.values()].includes(token)) continue;
      this.#tokens.set(`T0KEN-${this.#tokens.size + 1}`.padEnd(43, 'A') + '=', token);
    }
    for (const [captured, token] of this.#tokens) text = text.replaceAll(token, captured);
    for (const [captured, folder] of this.#folders) text = text.replaceAll(folder, captured);
    return Buffer.from(text, 'latin1');
  }
}

/** A socket of the scripted agent. */
class AgentSocket {
  readonly server: Server = createServer({ allowHalfOpen: true }, (socket) => this.#arrived(socket));
  readonly #sockets: Socket[] = [];
  #waiting: ((socket: Socket) => void) | undefined;

  async listen(path: string): Promise<void> {
    this.server.listen(path);
    await once(this.server, 'listening');
  }

  accepted(): Promise<Socket> {
    const socket = this.#sockets.shift();
    return socket === undefined ? within(new Promise((resolve) => (this.#waiting = resolve))) : Promise.resolve(socket);
  }

  #arrived(socket: Socket): void {
    if (this.#waiting === undefined) this.#sockets.push(socket);
    else this.#waiting(socket);
    this.#waiting = undefined;
  }
}

/** A connection that is read as a stream. */
function streamPeer(socket: Socket, headerBytes = 0): Peer {
  let received: Buffer = Buffer.alloc(0);
  let hasEnded = false;
  let wake: () => void = () => undefined;
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  socket.on('end', end).on('error', end).on('close', end);
  const take = (count: number): Buffer => {
    const taken = received.subarray(0, count);
    received = received.subarray(count);
    return taken;
  };
  return {
    write: (bytes) => void socket.write(bytes),
    async read(size) {
      for (;;) {
        const count = size === 'message' ? messageBytes(received, headerBytes) : size;
        if (received.length >= count || hasEnded) return take(count);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async readWithin(ms) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return take(received.length);
    },
    halfClose: () => void socket.end(),
    close: () => void socket.destroy(),
  };
}

/** A connection from which never more is read than is wanted, since a descriptor comes behind it. */
class DescriptorPeer implements Peer {
  readonly fd: number;
  readonly #headerBytes: number;
  #isClosed = false;

  constructor(fd: number, headerBytes: number) {
    this.fd = fd;
    this.#headerBytes = headerBytes;
  }

  write(bytes: Uint8Array): void {
    writeSync(this.fd, bytes);
  }

  async read(size: number | 'message'): Promise<Buffer> {
    if (size !== 'message') return this.#readBytes(size);
    const header = await this.#readBytes(this.#headerBytes);
    if (header.length < this.#headerBytes) return header;
    return Buffer.concat([header, await this.#readBytes(messageBytes(header, this.#headerBytes) - header.length)]);
  }

  async readWithin(ms: number): Promise<Buffer> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    const bytes = this.#tryRead(1024);
    return bytes === 'again' ? Buffer.alloc(0) : bytes;
  }

  halfClose(): void {
    throw new Error('no capture ends its side of a connection that descriptors come over');
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.fd);
    this.#isClosed = true;
  }

  async #readBytes(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let have = 0; have < count;) {
      const piece = await untilTaken(() => this.#tryRead(count - have));
      if (piece.length === 0) break;
      pieces.push(piece);
      have += piece.length;
    }
    return Buffer.concat(pieces);
  }

  #tryRead(count: number): Buffer | 'again' {
    const bytes = Buffer.alloc(count);
    try {
      return bytes.subarray(0, readSync(this.fd, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 'again';
      if (code === 'ECONNRESET') return bytes.subarray(0, 0);
      throw error;
    }
  }
}

/** What the header says, or as much as it takes to know it. */
function messageBytes(received: Uint8Array, headerBytes: number): number {
  if (received.length < headerBytes) return headerBytes;
  const view = new DataView(received.buffer, received.byteOffset);
  return headerBytes + view.getUint32(headerBytes === 8 ? 0 : 8);
}

/** JSON is compared by value, what is around it by its bytes but for its lengths. */
function differenceOf(expected: Buffer, actual: Buffer): string | undefined {
  if (expected.equals(actual)) return undefined;
  const theirs = withJson(expected);
  const ours = withJson(actual);
  if (theirs === ours && theirs.includes('{')) return undefined;
  return `expected ${theirs.slice(0, 400)}, got ${ours.slice(0, 400)}`;
}

/** A message with its JSON in one form: header without its lengths, members sorted. */
function withJson(message: Buffer): string {
  const from = [8, 12].find((at) => message[at] === 0x7b);
  if (from === undefined) return printable(message);
  try {
    const value: unknown = JSON.parse(message.subarray(from).toString());
    const lengthAt = from === 12 ? 8 : message[0] === 0 && message[3] === message.length - 8 ? 0 : 4;
    const header = Buffer.from(message.subarray(0, from));
    header.fill(0, lengthAt, lengthAt + 4);
    return `${header.toString('hex')} ${JSON.stringify(sorted(value))}`;
  } catch {
    return printable(message);
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

const printable = (bytes: Uint8Array): string =>
  `${bytes.length} bytes ${Buffer.from(bytes.subarray(0, 64)).toString('hex')} ${JSON.stringify(Buffer.from(bytes.subarray(0, 200)).toString('latin1'))}`;

const pathIn = ({ text }: CaptureLine): string => /\/run\/\S+/.exec(text)?.[0] ?? '/run/vm/con.sock';

/** A folder whose path has seven bytes, as those in the captures. */
function newFolder(): string {
  for (;;) {
    const folder = `/tmp/${Math.floor(Math.random() * 36 ** 2)
      .toString(36)
      .padStart(2, '0')}`;
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${patienceMs} ms`)), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
