import type { Socket } from 'node:net';
import { type FdPassing, loadFdPassing } from '../fd/fd-passing.js';
import { fdOfSocket, socketFromFd } from '../fd/socket-from-fd.js';
import { untilTaken } from '../fd/until-taken.js';
import { encodeIoPacket, encodeIoPackets, IoReader } from '../wire/hyperstart/io-packet.js';
import { encodeV2Message } from '../wire/v2/message.js';
import { V2MessageReader } from '../wire/v2/message-reader.js';
import { decodeV2Request } from '../wire/v2/request.js';
import type { FakeAnswer, FakeHost } from './fake-proxy.js';
import { StreamSession } from './fake-session.js';
import { sendPieces } from './send-pieces.js';
import { takeAll } from './take-all.js';

/** One connection of a fake proxy of v2. */
export class FakeV2Connection {
  readonly #socket: Socket;
  readonly #number: number;
  readonly #host: FakeHost;
  readonly #reader = new V2MessageReader();
  #answering: Promise<void> = Promise.resolve();

  constructor(socket: Socket, number: number, host: FakeHost) {
    this.#socket = socket;
    this.#number = number;
    this.#host = host;
  }

  push(chunk: Uint8Array): void {
    takeAll(this.#reader, chunk, this.#socket, (body) => this.#take(body));
  }

  #take(body: Uint8Array): void {
    const { id, data } = decodeV2Request(body);
    const request = { connection: this.#number, name: id, data: data?.value() };
    this.#answering = this.#answering
      .then(async () => (await this.#host.answer(request)) ?? this.#usual(id, request.data))
      .then((answer) => this.#send(answer))
      .catch(() => void this.#socket.destroy());
  }

  async #usual(id: string, data: unknown): Promise<FakeAnswer> {
    switch (id) {
      case 'hello':
      case 'attach':
        return { data: { version: 1 } };
      case 'allocateIO':
        return this.#allocate(data);
      default:
        return {};
    }
  }

  async #allocate(data: unknown): Promise<FakeAnswer> {
    const passing = await loadFdPassing();
    const nStreams = typeof data === 'object' && data !== null && 'nStreams' in data ? Number(data.nStreams) : 1;
    const ioBase = this.#host.allocate(nStreams);
    const [given, kept] = passing.socketpair();
    this.#open(ioBase, kept);
    await this.#send({ data: { ioBase: Number(ioBase) }, fd: given });
    passing.close(given);
    return 'silence';
  }

  #open(ioBase: bigint, fd: number): void {
    const socket = socketFromFd(fd);
    const session = new StreamSession({ ioBase }, socket, {
      output: (data, to) => encodeIoPackets(to === 'stdout' ? ioBase : ioBase + 1n, data),
      exit: (status) =>
        Buffer.concat([encodeIoPacket(ioBase, new Uint8Array(0)), encodeIoPacket(ioBase, Uint8Array.of(status))]),
    });
    const reader = new IoReader(({ data }) => session.takeInput(data));
    socket.on('data', (chunk: Uint8Array) => reader.push(chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => session.takeInput(new Uint8Array(0)));
    this.#host.opened(session);
  }

  async #send(answer: FakeAnswer): Promise<void> {
    if (answer === 'silence') return;
    if (answer === 'close') {
      this.#socket.destroy();
      return;
    }
    await sendPieces(this.#socket, 'raw' in answer ? answer.raw : messageOf(answer));
    if (answer.fd !== undefined) await this.#sendFd(answer.fd, await loadFdPassing());
    if (answer.isLast ?? false) this.#socket.destroySoon();
  }

  async #sendFd(fd: number, passing: FdPassing): Promise<void> {
    await untilTaken(() => {
      const socketFd = fdOfSocket(this.#socket);
      return socketFd === undefined ? 'sent' : passing.sendFd(socketFd, fd);
    });
  }
}

function messageOf(answer: { data?: unknown } | { error: string; data?: unknown }): Uint8Array {
  const error = 'error' in answer ? answer.error : undefined;
  return encodeV2Message({ success: error === undefined, error: error || undefined, data: answer.data }, 'the answer');
}
