import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadFdPassing } from '../../src/fd/fd-passing.js';
import { fdOfSocket } from '../../src/fd/socket-from-fd.js';
import { untilTaken } from '../../src/fd/until-taken.js';
import { encodeV2Response, type V2ResponseData } from '../../src/wire/v2/response.js';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';

/** A proxy that does what a test says, byte by byte, with the clients that connect to it. */
export interface ScriptedProxy {
  path: string;
  /** The next client that connects. */
  accept(): Promise<ScriptedPeer>;
}

export async function scriptedProxy(): Promise<ScriptedProxy> {
  const path = join(temporaryFolder(), 'proxy.sock');
  const waiting: ((peer: ScriptedPeer) => void)[] = [];
  const peers: ScriptedPeer[] = [];
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    const peer = new ScriptedPeer(socket);
    onTestFinished(() => void socket.destroy());
    const next = waiting.shift();
    if (next === undefined) peers.push(peer);
    else next(peer);
  });
  await once(server.listen(path), 'listening');
  onTestFinished(() => void server.close());
  return {
    path,
    accept() {
      const peer = peers.shift();
      return peer === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(peer);
    },
  };
}

/** One client of a {@link ScriptedProxy}. */
export class ScriptedPeer {
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
  }

  /** The next bytes, so many as asked for; fewer where the client ends before. */
  async read(count: number): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes: Buffer | null = this.socket.read(count);
      if (bytes !== null) return bytes;
      if (this.socket.readableEnded || this.socket.destroyed) return Buffer.alloc(0);
      await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const events = ['readable', 'end', 'close'];
      const settle = () => {
        for (const event of events) this.socket.off(event, settle);
        resolve();
      };
      for (const event of events) this.socket.on(event, settle);
    });
  }

  /** The body of the next request of v2. */
  async request(): Promise<unknown> {
    const header = await this.read(8);
    return header.length < 8 ? undefined : JSON.parse(String(await this.read(header.readUInt32BE(0))));
  }

  /** The next frame of v3: header in hex, payload as text. */
  async frame(): Promise<[header: string, payload: string]> {
    const header = await this.read(12);
    const payload = header.length < 12 ? Buffer.alloc(0) : await this.read(header.readUInt32BE(8));
    return [header.toString('hex'), payload.toString('latin1')];
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** An answer of v2. */
  respond(data?: V2ResponseData, error?: string): Promise<void> {
    return this.write(encodeV2Response(data, error));
  }

  /** The tag with a descriptor, which stays open here. */
  async sendFd(fd: number): Promise<void> {
    const passing = await loadFdPassing();
    const socketFd = fdOfSocket(this.socket) ?? -1;
    await untilTaken(() => passing.sendFd(socketFd, fd));
  }

  /** Resolves when the client has ended its side. */
  async ended(): Promise<void> {
    while ((await this.read(1)).length > 0);
  }
}
