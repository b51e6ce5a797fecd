import type { Socket } from 'node:net';
import type { Timer } from '@moorline/core';
import { ioHeaderBytes, IoReader, maxIoPacketBytes } from '../wire/hyperstart/io-packet.js';
import { OutputPhase } from '../wire/hyperstart/output-phase.js';
import { readUint32 } from '../wire/uint32.js';
import type { ServerContext } from './context.js';
import type { OutputTarget } from './io-channel.js';
import { OutputQueue } from './output-queue.js';
import { ReadGate } from './read-gate.js';
import type { Session, Vm } from './vm.js';

const nothing = new Uint8Array(0);

/**
 * The streams that an `allocateIO` gave out, and our end of the pair whose other end was sent: packets go through as they are
 * (docs/protocol.md, I/O packets).
 */
export class DescriptorSession implements Session, OutputTarget {
  readonly ioBase: number;
  readonly queue: OutputQueue;
  readonly #nStreams: number;
  readonly #socket: Socket;
  readonly #vm: Vm;
  readonly #context: ServerContext;
  readonly #gate: ReadGate;
  readonly #phase = new OutputPhase();
  #container: string | undefined;
  #linger: Timer | undefined;
  #isClosed = false;

  constructor(socket: Socket, nStreams: number, vm: Vm, context: ServerContext) {
    const ioBase = vm.allocate(nStreams);
    this.ioBase = ioBase;
    this.#nStreams = nStreams;
    this.#socket = socket;
    this.#vm = vm;
    this.#context = context;
    this.#gate = new ReadGate(socket);
    const { limits, unsent } = context;
    this.queue = new OutputQueue(socket, {
      unsent,
      maxBytes: limits.maxUnsentBytes,
      onOverflow: (unsentBytes) => {
        this.#log(
          'error',
          { code: 'session_overflow', unsentBytes },
          'a reader is too far behind: its session was ended',
        );
        this.close();
      },
    });
    this.#listen(new IoReader(({ bytes }) => this.#input(bytes), maxIoPacketBytes));
    context.sockets.add(socket);
    vm.add(this);
    for (let stream = ioBase; stream < ioBase + nStreams; stream++) vm.io.route(stream, this);
  }

  take(packet: Uint8Array): void {
    if (packet.length > maxIoPacketBytes) {
      this.#log('error', { bytes: packet.length }, 'output was dropped: a packet larger than readers take');
      return;
    }
    const [exitCode = 0] = packet.subarray(ioHeaderBytes);
    if (this.#phase.next(packet.length - ioHeaderBytes) === 'exit') {
      this.#vm.processExited(this.ioBase, this.#container ?? '', exitCode);
    }
    this.queue.push(packet);
  }

  started(container: string): void {
    this.#container = container;
  }

  end(): void {
    if (this.#isClosed || this.#linger !== undefined) return;
    const { clock, timeouts } = this.#context;
    this.#linger = clock.setTimer(timeouts.lingerMs, () => this.close());
    this.queue.whenEmpty(() => this.#socket.end(() => this.close()));
  }

  /** Frees the streams; the reader sees the end; idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#linger?.cancel();
    for (let stream = this.ioBase; stream < this.ioBase + this.#nStreams; stream++)
      this.#vm.io.route(stream, undefined);
    this.#vm.remove(this);
    this.queue.close();
    this.#context.sockets.delete(this.#socket);
    this.#socket.destroy();
  }

  #listen(reader: IoReader): void {
    this.#socket.on('data', (chunk) => {
      if (this.#isClosed || this.#linger !== undefined) return;
      try {
        reader.push(chunk);
      } catch (error) {
        this.#log('error', { error }, 'error writing I/O data to hyperstart: the session was ended');
        this.close();
        return;
      }
      this.#vm.io.flushInput(this.#gate);
    });
    // An end of stream may be that of stdin alone: only a write tells whether anyone reads, and one of nothing is enough.
    this.#socket.on('end', () => this.#socket.write(nothing));
    this.#socket.on('error', () => this.close());
    this.#socket.on('close', () => this.close());
  }

  #input(packet: Uint8Array): void {
    const stream = readUint32(packet, 0) * 2 ** 32 + readUint32(packet, 4);
    if (stream === this.ioBase) {
      this.#vm.io.write(packet);
      return;
    }
    if (this.#isClosed) return;
    this.#log('error', {}, `stdin seq ${stream} not matching ioBase ${this.ioBase}: the session was ended`);
    this.close();
  }

  #log(level: 'error', fields: object, message: string): void {
    const { containerId } = this.#vm.address;
    this.#context.logger[level]({ containerId, ioBase: this.ioBase, ...fields }, message);
  }
}
