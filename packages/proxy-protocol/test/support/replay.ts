import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { createFakeClock } from '@moorline/core/testing';
import { loadFdPassing, socketFromFd, untilTaken } from '../../src/fd.js';
import { createProxyServer, type ProxyServer } from '../../src/server.js';
import type { Capture, CaptureLine } from './captures.js';
import { DescriptorPeer, type Peer, streamPeer, within } from './peers.js';

/** How long nothing must come where the capture has silence, milliseconds. */
const silenceMs = 12;

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
