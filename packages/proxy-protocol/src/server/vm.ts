import type { Socket } from 'node:net';
import { ProxyError } from '../wire/proxy-error.js';
import type { ServerContext } from './context.js';
import { type Asker, ControlChannel, type Generation } from './control-channel.js';
import { dial } from './dial.js';
import type { ContainerInfo, GoneReason } from './hooks.js';
import { IoChannel } from './io-channel.js';
import { readLines } from './read-lines.js';

/** What a VM is told of in a hello or a RegisterVM. */
export interface VmAddress {
  containerId: string;
  ctlSerial: string;
  ioSerial: string;
  console?: string | undefined;
}

/** One process' streams: what someone outside has of them. */
export interface Session {
  /** Number of stdin and stdout. */
  readonly ioBase: number;
  /** Passes on what has been received, then ends whoever reads it: the VM is lost, or was given up. */
  end(): void;
  /** The agent has started a process on these streams. */
  started(container: string): void;
}

/** A VM that a container runs in: the two sockets of its agent, and the streams that were given out. */
export class Vm {
  readonly address: VmAddress;
  readonly generation: Generation;
  readonly control: ControlChannel;
  readonly io: IoChannel;
  readonly #context: ServerContext;
  readonly #sessions = new Map<number, Session>();
  readonly #abort = new AbortController();
  #console: Socket | undefined;
  #nextStream = 1;
  #nullBase: number | undefined;
  #isReady = false;
  #isGone = false;
  #isClosed = false;

  constructor(address: VmAddress, generation: Generation, context: ServerContext) {
    const { containerId } = address;
    const { clock, logger, limits, unsent } = context;
    this.address = address;
    this.generation = generation;
    this.#context = context;
    this.control = new ControlChannel({ containerId, clock, logger, onEnd: () => this.#controlEnded() });
    const { stallMs, maxPacketBytes } = limits;
    const onEnd = (): void => this.#ioEnded();
    this.io = new IoChannel({ containerId, clock, logger, unsent, stallMs, maxPacketBytes, onEnd });
    // 3.0 gives the first two numbers to processes whose output nobody wants.
    if (generation === 'v3') this.nullBase();
  }

  get info(): ContainerInfo {
    const { containerId, ctlSerial, ioSerial, console } = this.address;
    const state = this.isLost ? 'lost' : this.#isReady ? 'running' : 'connecting';
    return {
      containerId,
      generation: this.generation,
      ctlSerial,
      ioSerial,
      console,
      state,
      sessions: this.#sessions.size,
    };
  }

  get isLost(): boolean {
    return this.io.isEnded || this.control.isEnded;
  }

  /**
   * Connects to the agent and waits until it is ready.
   *
   * @throws ProxyError `vm_connect_failed`, `vm_error`, `vm_unexpected_message` or `vm_lost`; then nothing of it is left.
   */
  async connect(): Promise<void> {
    const { ctlSerial, ioSerial } = this.address;
    const ready = this.control.ready(this.generation, this.#context.timeouts.readyMs);
    // It may fail before it is waited for.
    ready.catch(() => undefined);
    try {
      if (this.#context.readConsole) await this.#readConsole();
      this.control.open(await dial(ctlSerial, this.#abort.signal, this.control.onread));
      this.io.open(await dial(ioSerial, this.#abort.signal));
      await ready;
    } catch (error) {
      this.close();
      throw error;
    }
    this.#isReady = true;
    this.#context.logger.info(this.info, 'container registered');
    this.#call(() => this.#context.hooks.containerRegistered?.(this.info));
  }

  /**
   * Sends a command to the agent.
   *
   * @param generation whose words a failure is told in.
   * @throws ProxyError `message_too_large` or `vm_lost`: nothing is sent, and the asker is not called.
   */
  ask(code: number, payload: Uint8Array | undefined, generation: Generation, asker: Asker): void {
    if (this.control.isEnded) throw this.lost(generation);
    this.control.ask(code, payload, generation, this.#context.timeouts.agentMs, asker);
  }

  /** As {@link ask}, for whoever waits anyway: with the ACK's payload. */
  transact(code: number, payload: Uint8Array | undefined, generation: Generation): Promise<Uint8Array> {
    return new Promise((answered, failed) => this.ask(code, payload, generation, { answered, failed }));
  }

  /**
   * Whether so many more sessions may be opened.
   *
   * @throws ProxyError `limit_reached`.
   */
  checkRoom(count: number): void {
    const { maxSessions } = this.#context.limits;
    if (this.#sessions.size + count <= maxSessions) return;
    throw new ProxyError(`too many streams of ${this.address.containerId}: at most ${maxSessions} can be open`, {
      code: 'limit_reached',
      hint: 'close those that are not used, or raise limits.maxSessions',
      details: { maxSessions },
    });
  }

  /** Takes the next stream numbers, which are never used again in this VM. */
  allocate(nStreams: number): number {
    const ioBase = this.#nextStream;
    this.#nextStream += nStreams;
    return ioBase;
  }

  /** The numbers of processes whose output nobody wants. */
  nullBase(): number {
    if (this.#nullBase !== undefined) return this.#nullBase;
    this.#nullBase = this.#nextStream;
    this.#nextStream += 2;
    const nowhere = { queue: undefined, take: () => undefined };
    this.io.route(this.#nullBase, nowhere);
    this.io.route(this.#nullBase + 1, nowhere);
    return this.#nullBase;
  }

  add(session: Session): void {
    this.#sessions.set(session.ioBase, session);
  }

  remove(session: Session): void {
    if (this.#sessions.get(session.ioBase) === session) this.#sessions.delete(session.ioBase);
  }

  /** The agent has started a process on streams of this number, if anyone has them. */
  processStarted(ioBase: number, container: string): void {
    const session = this.#sessions.get(ioBase);
    if (session === undefined) return;
    session.started(container);
    const { containerId } = this.address;
    const process = { containerId, container, ioBase: BigInt(ioBase) };
    this.#context.logger.info(process, 'process started');
    this.#call(() => this.#context.hooks.processStarted?.(process));
  }

  /** @param container empty where it was not said. */
  processExited(ioBase: number, container: string, exitCode: number): void {
    const { containerId } = this.address;
    const process = { containerId, container, ioBase: BigInt(ioBase), exitCode };
    this.#context.logger.info(process, 'process exited');
    this.#call(() => this.#context.hooks.processExited?.(process));
  }

  /** The container's id is free again, or nothing comes from its VM any more; told once. */
  gone(reason: GoneReason): void {
    if (this.#isGone || !this.#isReady) return;
    this.#isGone = true;
    this.#context.logger.info({ ...this.info, reason }, 'container gone');
    this.#call(() => this.#context.hooks.containerGone?.(this.info, reason));
  }

  /** Passes on what has been received, then ends those who read it. */
  endSessions(): void {
    for (const session of [...this.#sessions.values()]) session.end();
  }

  /** What commands that come too late are told, in the words of the originals where a generation is named. */
  lost(generation?: Generation): ProxyError {
    const { containerId, ctlSerial } = this.address;
    const message = `VM of ${containerId} is lost`;
    const hasGivenUp = this.io.isEnded && this.#context.compat !== '2.0.0';
    const texts = {
      v2: `write unix @->${ctlSerial}: ${hasGivenUp ? 'use of closed network connection' : 'write: broken pipe'}`,
      v3: 'No multicast available for CTL channel',
    };
    const text = generation === undefined ? message : texts[generation];
    return new ProxyError(message, { code: 'vm_lost', text, details: { containerId } });
  }

  /** Ends the sockets and the sessions; idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { containerId } = this.address;
    this.#abort.abort(
      new ProxyError(`VM of ${containerId} was given up before it was ready`, {
        code: 'vm_lost',
        details: { containerId },
      }),
    );
    this.control.close();
    this.io.close();
    this.#console?.destroy();
  }

  /** What the VM prints, line by line; that there is no console is no failure. */
  async #readConsole(): Promise<void> {
    const { containerId, console: path } = this.address;
    if (path === undefined) return;
    const { logger } = this.#context;
    try {
      this.#console = await dial(path, this.#abort.signal);
    } catch (error) {
      logger.warn({ containerId, error }, "a VM's console cannot be read");
      return;
    }
    readLines(this.#console, (line) => logger.debug({ containerId, line }, 'console'));
  }

  #controlEnded(): void {
    if (this.io.isEnded) this.#context.containers.forget(this);
    this.gone('lost');
  }

  #ioEnded(): void {
    this.endSessions();
    // 3.0 goes on with the control socket alone.
    if (this.generation === 'v2') this.control.close();
    if (this.control.isEnded) this.#context.containers.forget(this);
    this.gone('lost');
  }

  #call(hook: () => void): void {
    try {
      hook();
    } catch (error) {
      this.#context.logger.error({ error, containerId: this.address.containerId }, 'a hook failed');
    }
  }
}
