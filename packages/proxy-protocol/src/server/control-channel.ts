import type { Socket } from 'node:net';
import { type Clock, type Logger, TimeoutError, type Timer } from '@moorline/core';
import { hyperstartCodes, hyperstartName } from '../wire/hyperstart/commands.js';
import { ControlReader, encodeControlPacket } from '../wire/hyperstart/control-packet.js';
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

interface Exchange {
  /** Undefined where nothing is asked: READY comes by itself. */
  packet: Uint8Array | undefined;
  expected: number;
  generation: Generation;
  timeoutMs: number;
  /** Time of the clock; Infinity for no limit. */
  deadline: number;
  /** Undefined once whoever asked has been told that it takes too long. */
  settle: ((result: Uint8Array | ProxyError | TimeoutError) => void) | undefined;
}

/**
 * The control socket of an agent: one exchange at a time, in the order in which they were asked for (docs/protocol.md, Control
 * packets).
 *
 * An exchange whose time has passed still has the channel until the agent answers: nothing but the order tells which command an
 * answer belongs to.
 */
export class ControlChannel {
  readonly #options: ControlChannelOptions;
  #socket: Socket | undefined;
  #exchanges: Exchange[] = [];
  /** One for all: it is left to run when an answer comes in time, as most do. */
  #timer: Timer | undefined;
  #timerAt = Infinity;
  #isEnded = false;

  constructor(options: ControlChannelOptions) {
    this.#options = options;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Begins to read; what was asked for before is sent. */
  open(socket: Socket): void {
    this.#socket = socket;
    const reader = new ControlReader((code, payload) => this.#receive(code, payload));
    socket.on('data', (chunk) => {
      try {
        reader.push(chunk);
      } catch (error) {
        if (!isProxyError(error)) throw error;
        this.#options.logger.error(
          { containerId: this.#options.containerId, error },
          'the agent sent no control packet',
        );
        this.close();
      }
    });
    socket.on('end', () => this.close());
    socket.on('error', (error) => {
      this.#options.logger.info({ containerId: this.#options.containerId, error }, 'control channel of a VM failed');
      this.close();
    });
    if (this.#isEnded) socket.destroy();
    else this.#sendNext();
  }

  /**
   * Waits until the agent says that it is ready; to be asked for first.
   *
   * @throws ProxyError as {@link transact}.
   */
  async ready(generation: Generation, timeoutMs: number): Promise<void> {
    await this.#exchange(undefined, hyperstartCodes.ready, generation, timeoutMs);
  }

  /**
   * Sends one command and waits for its ACK.
   *
   * @param payload goes out as it is.
   * @returns what came with the ACK, mostly nothing.
   * @throws ProxyError `message_too_large`, `vm_error`, `vm_unexpected_message` or `vm_lost`; TimeoutError after `timeoutMs`, 0 for none.
   */
  transact(
    code: number,
    payload: Uint8Array | undefined,
    generation: Generation,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const packet = encodeControlPacket(code, payload);
    if (this.#isEnded) return Promise.reject(this.#lost('has ended'));
    return this.#exchange(packet, hyperstartCodes.ack, generation, timeoutMs);
  }

  /** Fails what waits; idempotent. */
  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#socket?.destroy();
    this.#timer?.cancel();
    for (const { settle, expected } of this.#exchanges.splice(0)) {
      settle?.(this.#lost(expected === hyperstartCodes.ready ? 'ended before READY' : 'ended before an answer'));
    }
    this.#options.onEnd();
  }

  #exchange(
    packet: Uint8Array | undefined,
    expected: number,
    generation: Generation,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const { clock } = this.#options;
    const deadline = timeoutMs > 0 ? clock.monotonic() + timeoutMs : Infinity;
    if (deadline < this.#timerAt) this.#watch(deadline);
    return new Promise((resolve, reject) => {
      const settle = (result: Uint8Array | Error): void => (result instanceof Error ? reject(result) : resolve(result));
      this.#exchanges.push({ packet, expected, generation, timeoutMs, deadline, settle });
      if (this.#exchanges.length === 1 && this.#socket !== undefined) this.#sendNext();
    });
  }

  #watch(at: number): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = clock.setTimer(at - clock.monotonic(), () => this.#checkDeadlines());
    this.#timer.unref();
  }

  #checkDeadlines(): void {
    const now = this.#options.clock.monotonic();
    this.#timer = undefined;
    this.#timerAt = Infinity;
    for (const exchange of [...this.#exchanges]) if (exchange.deadline <= now) this.#expire(exchange);
    const next = Math.min(...this.#exchanges.map(({ deadline }) => deadline));
    if (next < Infinity) this.#watch(next);
  }

  #expire(exchange: Exchange): void {
    const { settle, timeoutMs } = exchange;
    exchange.settle = undefined;
    exchange.deadline = Infinity;
    // What has not been sent yet never is.
    const at = this.#exchanges.indexOf(exchange);
    if (at > 0) this.#exchanges.splice(at, 1);
    settle?.(new TimeoutError(`the agent of ${this.#options.containerId}`, timeoutMs));
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
    const { expected, generation, settle } = exchange;
    if (code === hyperstartCodes.ready && expected !== code && generation === 'v2') return;
    this.#exchanges.shift();
    settle?.(code === expected ? copied(payload) : agentError(code, expected, payload, generation));
    this.#sendNext();
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
