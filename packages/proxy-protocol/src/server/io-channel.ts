import type { Socket } from 'node:net';
import type { Clock, Logger, Timer } from '@moorline/core';
import { ioHeaderBytes, IoReader } from '../wire/hyperstart/io-packet.js';
import { isProxyError } from '../wire/proxy-error.js';
import { readUint32 } from '../wire/uint32.js';
import { OutputQueue, type UnsentBytes } from './output-queue.js';
import { ReadGate } from './read-gate.js';

/** Whoever a stream's output is for. */
export interface OutputTarget {
  /** Where it goes; flushed when all has been handed out that came at once. Undefined while nobody reads. */
  readonly queue: OutputQueue | undefined;
  /** Takes one packet, header and data in one piece, which is the target's from now on. */
  take(packet: Uint8Array, stream: number): void;
}

export interface IoChannelOptions {
  containerId: string;
  /** Milliseconds that the VM's output waits for a reader that reads nothing; see ProxyLimits. */
  stallMs: number;
  /** Largest packet that is taken from the agent, bytes. */
  maxPacketBytes: number;
  unsent: UnsentBytes;
  clock: Clock;
  logger: Logger;
  /** The agent's end of the channel is gone, or was closed here. */
  onEnd: () => void;
}

/** For a VM with many readers that read nothing. */
const leastPatienceMs = 10;

/** A reader that the VM is not read for. */
interface Hold {
  /** Of its queue, when it was last looked at. */
  progress: number;
  /** Whether it had taken nothing then. */
  isIdle: boolean;
}

/**
 * The I/O socket of an agent: hands out what processes write, takes what they read (docs/protocol.md, I/O packets; Readers that
 * fall behind).
 */
export class IoChannel {
  readonly #options: IoChannelOptions;
  readonly #targets = new Map<number, OutputTarget>();
  /** Readers that are behind, for which the VM is not read. */
  readonly #holds = new Map<OutputQueue, Hold>();
  /** Readers that read nothing, for which the VM is not kept waiting. */
  readonly #stuck = new Set<OutputQueue>();
  readonly #touched = new Set<OutputQueue>();
  #socket: Socket | undefined;
  #gate: ReadGate | undefined;
  #input: OutputQueue | undefined;
  #early: Uint8Array[] = [];
  #stallTimer: Timer | undefined;
  #patienceMs: number;
  #isEnded = false;

  constructor(options: IoChannelOptions) {
    this.#options = options;
    this.#patienceMs = options.stallMs;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Begins to read; what was written before is sent. */
  open(socket: Socket): void {
    this.#socket = socket;
    this.#gate = new ReadGate(socket);
    this.#input = new OutputQueue(socket, { unsent: this.#options.unsent });
    const reader = new IoReader(({ bytes }) => this.#receive(bytes), this.#options.maxPacketBytes);
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk);
      } catch (error) {
        if (!isProxyError(error)) throw error;
        this.#options.logger.error({ containerId: this.#options.containerId, error }, 'the agent sent no I/O packet');
        this.#flush();
        this.close();
        return;
      }
      this.#flush();
    });
    socket.on('end', () => this.close());
    socket.on('error', (error) => {
      this.#options.logger.info({ containerId: this.#options.containerId, error }, 'I/O channel of a VM failed');
      this.close();
    });
    if (this.#isEnded) socket.destroy();
    for (const bytes of this.#early.splice(0)) this.#input.push(bytes);
    this.#input.flush();
  }

  /** Routes a stream's output; undefined lets it go nowhere. */
  route(stream: number, target: OutputTarget | undefined): void {
    if (target === undefined) this.#targets.delete(stream);
    else this.#targets.set(stream, target);
  }

  /** Takes a packet for the agent, which is the channel's from now on; sent with {@link flushInput}. */
  write(packet: Uint8Array): void {
    if (this.#input === undefined) this.#early.push(packet);
    else this.#input.push(packet);
  }

  /** Sends what was written; where the agent does not read, holds `source` until it does. */
  flushInput(source: ReadGate): void {
    const input = this.#input;
    if (input === undefined || this.#isEnded) return;
    input.flush();
    if (!input.isHigh) return;
    source.hold();
    input.whenLow(() => source.release());
  }

  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#socket?.destroy();
    this.#input?.close();
    this.#stallTimer?.cancel();
    this.#holds.clear();
    this.#options.onEnd();
  }

  #receive(packet: Uint8Array): void {
    const stream = readUint32(packet, 0) * 2 ** 32 + readUint32(packet, 4);
    const target = this.#targets.get(stream);
    if (target === undefined) {
      this.#options.logger.debug(
        { containerId: this.#options.containerId, stream, bytes: packet.length - ioHeaderBytes },
        'output of a stream that nobody has was dropped',
      );
      return;
    }
    target.take(packet, stream);
    const { queue } = target;
    if (queue !== undefined) this.#touched.add(queue);
  }

  /** A chunk's packets have been handed out: one write for each reader. */
  #flush(): void {
    for (const queue of this.#touched) {
      queue.flush();
      if (queue.isHigh && !this.#holds.has(queue) && !this.#stuck.has(queue)) this.#hold(queue);
    }
    this.#touched.clear();
  }

  #hold(queue: OutputQueue): void {
    if (this.#holds.size === 0) this.#gate?.hold();
    this.#holds.set(queue, { progress: queue.progress, isIdle: false });
    this.#watch();
    queue.whenLow(() => {
      this.#patienceMs = this.#options.stallMs;
      this.#stuck.delete(queue);
      this.#release(queue);
    });
  }

  #release(queue: OutputQueue): void {
    if (!this.#holds.delete(queue) || this.#holds.size > 0) return;
    this.#stallTimer?.cancel();
    this.#stallTimer = undefined;
    this.#gate?.release();
  }

  #watch(): void {
    this.#stallTimer ??= this.#options.clock.setTimer(this.#patienceMs / 2, () => {
      this.#stallTimer = undefined;
      // What a busy process has been kept from seeing, it sees first.
      setImmediate(() => this.#checkProgress());
    });
  }

  /** A reader that has taken nothing at two looks keeps the others waiting no longer, the next one less long. */
  #checkProgress(): void {
    for (const [queue, hold] of this.#holds) {
      if (queue.progress !== hold.progress || this.#isAlone(queue)) {
        hold.progress = queue.progress;
        hold.isIdle = false;
        continue;
      }
      if (!hold.isIdle) {
        hold.isIdle = true;
        continue;
      }
      this.#patienceMs = Math.max(this.#patienceMs / 2, Math.min(leastPatienceMs, this.#options.stallMs));
      this.#stuck.add(queue);
      this.#release(queue);
    }
    if (this.#holds.size > 0 && !this.#isEnded) this.#watch();
  }

  /** Where a VM's output has one reader, it waits for it as long as it takes. */
  #isAlone(queue: OutputQueue): boolean {
    for (const target of this.#targets.values()) {
      if (target.queue !== queue && target.queue !== undefined) return false;
    }
    return true;
  }
}
