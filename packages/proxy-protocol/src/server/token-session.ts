import { ioHeaderBytes } from '../wire/hyperstart/io-packet.js';
import { OutputPhase } from '../wire/hyperstart/output-phase.js';
import { ProxyError } from '../wire/proxy-error.js';
import { encodeProcessExited, writeStreamHeader } from '../wire/v3/frame.js';
import type { ServerContext } from './context.js';
import type { OutputTarget } from './io-channel.js';
import type { OutputQueue } from './output-queue.js';
import type { StartCommand } from './relocate.js';
import { Tokens } from './tokens.js';
import type { Session, Vm } from './vm.js';
import { Waiters } from './waiters.js';

/** The connection of a shim. */
export interface Shim {
  readonly queue: OutputQueue;
  /** Sends what waits, then closes. */
  finish(): void;
}

/** Each token has two streams, whether its process uses stderr or not. */
const streamsPerToken = 2;

/**
 * The streams of one process, for whoever has the token: allocated, claimed by a shim, freed (docs/protocol.md, Tokens).
 *
 * What comes while no shim has the token is kept for it.
 */
export class TokenSession implements Session, OutputTarget {
  readonly token = Tokens.make();
  readonly ioBase: number;
  readonly vm: Vm;
  readonly #context: ServerContext;
  readonly #phase = new OutputPhase();
  readonly #shimCame = new Waiters();
  readonly #processStarted = new Waiters();
  #shim: Shim | undefined;
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #container: string | undefined;
  #isInitial = false;
  #isTaken = false;
  #hasExited = false;
  #isFreed = false;

  constructor(vm: Vm, context: ServerContext) {
    this.ioBase = vm.allocate(streamsPerToken);
    this.vm = vm;
    this.#context = context;
    vm.add(this);
    vm.io.route(this.ioBase, this);
    vm.io.route(this.ioBase + 1, this);
    context.tokens.add(this);
  }

  get queue(): OutputQueue | undefined {
    return this.#shim?.queue;
  }

  get isClaimed(): boolean {
    return this.#shim !== undefined;
  }

  /** The container inside the VM whose process this is; undefined before the process is started. */
  get container(): string | undefined {
    return this.#container;
  }

  /** Whether the process is the container's first, the only one that signals reach. */
  get isInitial(): boolean {
    return this.#isInitial;
  }

  /** Turns the packet into the frame for the shim, in its place: both headers have twelve bytes. */
  take(packet: Uint8Array, stream: number): void {
    const dataBytes = packet.length - ioHeaderBytes;
    const kind = this.#phase.next(dataBytes);
    if (kind === 'end') return;
    if (kind === 'exit') {
      this.#exit(packet[ioHeaderBytes] ?? 0);
      return;
    }
    writeStreamHeader(packet, 0, stream === this.ioBase ? 'stdout' : 'stderr', dataBytes);
    this.#send(packet);
  }

  /** A shim takes the token; it gets what came before it. */
  claim(shim: Shim): void {
    this.#shim = shim;
    for (const frame of this.#backlog) shim.queue.push(frame);
    this.#dropBacklog();
    shim.queue.flush();
    this.#shimCame.settle();
  }

  /** The shim is gone: another may take the token, as long as the process lives. */
  release(): void {
    this.#shim = undefined;
    if (this.#hasExited) this.free();
  }

  /** The token is used up; whatever the process still writes is dropped; idempotent. */
  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#shim = undefined;
    this.#dropBacklog();
    this.vm.io.route(this.ioBase, undefined);
    this.vm.io.route(this.ioBase + 1, undefined);
    this.vm.remove(this);
    this.#context.tokens.free(this);
    const gone = new ProxyError('the streams were freed', { code: 'vm_lost' });
    this.#shimCame.settle(gone);
    this.#processStarted.settle(gone);
  }

  end(): void {
    const shim = this.#shim;
    this.free();
    shim?.finish();
  }

  started(container: string): void {
    this.#container = container;
    this.#processStarted.settle();
  }

  /**
   * Starts the process, once its output has a reader.
   *
   * @throws ProxyError `bad_tokens` where there is a process already, or is about to be; `wait_timeout`, or `vm_lost` when the token
   *   is freed meanwhile; whatever `send` throws: then the token is as good as before.
   */
  async start(hyperName: StartCommand, send: () => Promise<Uint8Array>): Promise<Uint8Array> {
    if (this.#isTaken) {
      throw new ProxyError('a token is for one process', {
        code: 'bad_tokens',
        text: `token ${this.token} has a process`,
      });
    }
    this.#isTaken = true;
    try {
      if (!this.isClaimed) await this.#shimCame.wait(this.#context, () => this.#timeout('shim'));
      this.#isInitial = hyperName === 'newcontainer';
      return await send();
    } catch (error) {
      this.#isTaken = false;
      throw error;
    }
  }

  /** Told to end before it was started. */
  exitUnstarted(): void {
    this.#send(encodeProcessExited(0));
    this.queue?.flush();
  }

  /** @throws ProxyError `wait_timeout`; `vm_lost` when the token is freed meanwhile. */
  async waitForProcess(): Promise<void> {
    if (this.#container === undefined) await this.#processStarted.wait(this.#context, () => this.#timeout('process'));
  }

  #timeout(what: 'shim' | 'process'): ProxyError {
    const { waitMs } = this.#context.timeouts;
    return new ProxyError(`no ${what} came within ${waitMs} ms`, {
      code: 'wait_timeout',
      text: `timeout waiting for ${what} with token ${this.token}`,
      isRetryable: true,
      details: { waitMs },
    });
  }

  #exit(exitCode: number): void {
    this.#hasExited = true;
    this.#send(encodeProcessExited(exitCode));
    this.vm.processExited(this.ioBase, this.#container ?? '', exitCode);
  }

  #send(frame: Uint8Array): void {
    if (this.#shim !== undefined) {
      this.#shim.queue.push(frame);
      return;
    }
    this.#backlog.push(frame);
    this.#backlogBytes += frame.length;
    this.#context.unsent.total += frame.length;
    if (this.#backlogBytes <= this.#context.limits.maxUnsentBytes) return;
    this.#context.logger.error(
      {
        containerId: this.vm.address.containerId,
        ioBase: this.ioBase,
        code: 'session_overflow',
        unsentBytes: this.#backlogBytes,
      },
      'a token that no shim has got too much output: it was freed',
    );
    this.free();
  }

  #dropBacklog(): void {
    this.#context.unsent.total -= this.#backlogBytes;
    this.#backlogBytes = 0;
    this.#backlog = [];
  }
}
