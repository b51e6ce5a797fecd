import type { OnReadOpts, Socket } from 'node:net';
import { type Clock, DeadlineWatch, type Logger, TimeoutError } from '@moorline/core';
import { hyperstartCodes, hyperstartName } from '../wire/hyperstart/commands.js';
import { ControlReader, encodeControlPacket, packControl } from '../wire/hyperstart/control-packet.js';
import { isProxyError, ProxyError } from '../wire/proxy-error.js';

/** Whose words failures are told in, and which messages are passed over while an answer is awaited. */
export type Generation = 'v2' | 'v3';

export interface ControlChannelOptions {
  containerId: string;
  clock: Clock;
  logger: Logger;
  /** The agent's end of the channel is gone, or was closed here. */
  onEnd: () => void;
}

/** Who waits for what the agent says. One of the two is called, once, and not before the call that asked has returned. */
export interface Asker {
  /** @param payload what came with the answer, mostly nothing. */
  answered(payload: Uint8Array): void;
  /** @param reason `vm_error`, `vm_unexpected_message` or `vm_lost`, or that the time has passed. */
  failed(reason: ProxyError | TimeoutError): void;
}

interface Exchange {
  /** Undefined where nothing is asked: READY comes by itself. */
  packet: Uint8Array | undefined;
  expected: number;
  generation: Generation;
  timeoutMs: number;
  /** Time of the clock; Infinity for no limit. */
  deadline: number;
  /** Undefined once whoever asked has been told that it takes too long. */
  asker: Asker | undefined;
}

/** Commands without a payload, by code: made once, and as sockets take them. */
const bareCommands = Object.values(hyperstartCodes).reduce<Buffer[]>((packets, code) => {
  packets[code] = Buffer.from(encodeControlPacket(code));
  return packets;
}, []);

/** Sockets take a buffer of the pool as it is. */
const fromPool = (bytes: number): Buffer => Buffer.allocUnsafe(bytes);

/** Bytes that one read takes at most: more than almost any answer has. */
const maxReadBytes = 4096;

/**
 * The control socket of an agent: one exchange at a time, in the order in which they were asked for (docs/protocol.md, Control
 * packets).
 *
 * An exchange whose time has passed still has the channel until the agent answers: nothing but the order tells which command an
 * answer belongs to.
 */
export class ControlChannel {
  /** For the socket's constructor: all reads go into the same room, and what is kept is copied. */
  readonly onread: OnReadOpts = {
    buffer: new Uint8Array(maxReadBytes),
    callback: (count, buffer) => {
      this.#data(buffer, count);
      return true;
    },
  };
  readonly #options: ControlChannelOptions;
  readonly #reader = new ControlReader((code, payload) => this.#receive(code, payload));
  readonly #deadlines: DeadlineWatch;
  #socket: Socket | undefined;
  #exchanges: Exchange[] = [];
  #isEnded = false;

  constructor(options: ControlChannelOptions) {
    this.#options = options;
    this.#deadlines = new DeadlineWatch(options.clock, (now) => this.#expire(now));
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Begins to read; what was asked for before is sent.
   *
   * @param socket made with {@link onread}.
   */
  open(socket: Socket): void {
    this.#socket = socket;
    socket.on('end', () => this.close());
    socket.on('error', (error) => {
      this.#options.logger.info({ containerId: this.#options.containerId, error }, 'control channel of a VM failed');
      this.close();
    });
    socket.resume();
    if (this.#isEnded) socket.destroy();
    else this.#sendNext();
  }

  /**
   * Waits until the agent says that it is ready; to be asked for first.
   *
   * @throws ProxyError as {@link transact}.
   */
  ready(generation: Generation, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#exchange(undefined, hyperstartCodes.ready, generation, timeoutMs, {
        answered: () => resolve(),
        failed: reject,
      });
    });
  }

  /**
   * Sends one command; its ACK is the answer.
   *
   * @param payload goes out as it is.
   * @param timeoutMs 0 for none.
   * @throws ProxyError `message_too_large` or `vm_lost`: nothing is sent, and the asker is not called.
   */
  ask(code: number, payload: Uint8Array | undefined, generation: Generation, timeoutMs: number, asker: Asker): void {
    const packet = payload === undefined ? bareCommands[code] : packControl(code, payload, fromPool);
    if (this.#isEnded) throw this.#lost('has ended');
    this.#exchange(packet, hyperstartCodes.ack, generation, timeoutMs, asker);
  }

  /** Fails what waits; idempotent. */
  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#socket?.destroy();
    this.#deadlines.close();
    const unanswered = this.#exchanges.splice(0);
    // That it is gone is known before those who waited go on.
    this.#options.onEnd();
    for (const { asker, expected } of unanswered) {
      asker?.failed(this.#lost(expected === hyperstartCodes.ready ? 'ended before READY' : 'ended before an answer'));
    }
  }

  #exchange(
    packet: Uint8Array | undefined,
    expected: number,
    generation: Generation,
    timeoutMs: number,
    asker: Asker,
  ): void {
    const deadline = this.#deadlines.after(timeoutMs);
    this.#exchanges.push({ packet, expected, generation, timeoutMs, deadline, asker });
    if (this.#exchanges.length === 1 && this.#socket !== undefined) this.#sendNext();
  }

  #expire(now: number): number {
    for (const exchange of this.#exchanges.filter(({ deadline }) => deadline <= now)) this.#giveUp(exchange);
    return Math.min(...this.#exchanges.map(({ deadline }) => deadline));
  }

  #giveUp(exchange: Exchange): void {
    const { asker, timeoutMs } = exchange;
    exchange.asker = undefined;
    exchange.deadline = Infinity;
    // What has not been sent yet never is.
    const at = this.#exchanges.indexOf(exchange);
    if (at > 0) this.#exchanges.splice(at, 1);
    asker?.failed(new TimeoutError(`the agent of ${this.#options.containerId}`, timeoutMs));
  }

  #data(chunk: Uint8Array, length: number): void {
    try {
      this.#reader.push(chunk, length);
    } catch (error) {
      if (!isProxyError(error)) throw error;
      this.#options.logger.error({ containerId: this.#options.containerId, error }, 'the agent sent no control packet');
      this.close();
    }
  }

  #sendNext(): void {
    const packet = this.#exchanges[0]?.packet;
    if (packet !== undefined) this.#socket?.write(packet);
  }

  #receive(code: number, payload: Uint8Array): void {
    if (code === hyperstartCodes.next) return;
    const exchange = this.#exchanges[0];
    if (exchange === undefined) {
      this.#options.logger.debug(
        { containerId: this.#options.containerId, code, name: hyperstartName(code) },
        'the agent sent a message that nobody waits for',
      );
      return;
    }
    const { expected, generation, asker } = exchange;
    if (code === hyperstartCodes.ready && expected !== code && generation === 'v2') return;
    this.#exchanges.shift();
    // The agent works on the next command while the answer to this one goes its way.
    this.#sendNext();
    if (code === expected) asker?.answered(copied(payload));
    else asker?.failed(agentError(code, expected, payload, generation));
  }

  #lost(what: string): ProxyError {
    const { containerId } = this.#options;
    return new ProxyError(`VM of ${containerId} is lost: its control channel ${what}`, {
      code: 'vm_lost',
      details: { containerId },
    });
  }
}

const nothing = new Uint8Array(0);
const copied = (payload: Uint8Array): Uint8Array => (payload.length === 0 ? nothing : payload.slice());

/** ERROR, or another message than the one that is due, in the words of the generation. */
function agentError(code: number, expected: number, payload: Uint8Array, generation: Generation): ProxyError {
  const isError = code === hyperstartCodes.error;
  const said = new TextDecoder().decode(payload);
  const what = isError
    ? `ERROR received from ${generation === 'v2' ? 'Hyperstart' : 'VM agent'}`
    : `CMD ID received ${code} not matching expected ${expected}`;
  return new ProxyError(generation === 'v2' ? what : `${what}, control msg received : ${said}`, {
    code: isError ? 'vm_error' : 'vm_unexpected_message',
    details: { code, ...(said === '' ? {} : { said }) },
  });
}
