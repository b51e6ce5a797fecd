import type { Socket } from 'node:net';
import type { TimeoutError, Timer } from '@moorline/core';
import { hyperCode, hyperstartCodes } from '../wire/hyperstart/commands.js';
import { ioHeaderBytes, maxIoDataBytes } from '../wire/hyperstart/io-packet.js';
import { encodeJson } from '../wire/encode-json.js';
import type { JsonText } from '../wire/json-text.js';
import { ProxyError } from '../wire/proxy-error.js';
import { composeResponse, encodeResponse, type Frame } from '../wire/v3/frame.js';
import { FrameReader } from '../wire/v3/frame-reader.js';
import { readLogEntry } from '../wire/v3/log.js';
import {
  checkRegisterVm,
  encodeErrorMessage,
  ioAccessJson,
  readAttachVm,
  readConnectShim,
  readRegisterVm,
  readUnregisterVm,
  readV3Hyper,
} from '../wire/v3/payloads.js';
import { checkSignal, readSignal, signalName, sigwinch } from '../wire/v3/signal.js';
import type { CommandName } from '../wire/v3/types.js';
import type { ServerContext } from './context.js';
import type { Asker } from './control-channel.js';
import { failureFields, logGone, textOf } from './failure.js';
import { notAttached } from './not-attached.js';
import { OutputQueue } from './output-queue.js';
import { register } from './register.js';
import { isStartCommand, relocate, type StartCommand } from './relocate.js';
import { SerialConnection } from './serial-connection.js';
import { ShimInput } from './shim-input.js';
import { type Shim, TokenSession } from './token-session.js';
import type { Vm } from './vm.js';

const nothing = new Uint8Array(0);
const sigkill = 9;
const sigterm = 15;

/** A runtime or a shim of 3.0 (docs/protocol.md, What a v3 proxy does). */
export class V3Connection implements Shim, Asker {
  readonly queue: OutputQueue;
  readonly #socket: Socket;
  readonly #context: ServerContext;
  readonly #client: number;
  readonly #serial: SerialConnection<Frame>;
  /** Those whose tokens this connection has claimed; the last one is meant by what it sends. */
  readonly #sessions: TokenSession[] = [];
  readonly #input: ShimInput;
  #vm: Vm | undefined;
  readonly #gone = new AbortController();
  #linger: Timer | undefined;

  /** @param client its number, for logs. */
  constructor(socket: Socket, context: ServerContext, client: number) {
    this.#socket = socket;
    this.#context = context;
    this.#client = client;
    const { limits, unsent } = context;
    this.queue = new OutputQueue(socket, {
      unsent,
      maxBytes: limits.maxUnsentBytes,
      onOverflow: (unsentBytes) => {
        const fields = { client, code: 'session_overflow', unsentBytes };
        this.#context.logger.error(fields, 'a reader is too far behind: its connection was closed');
        for (const session of this.#sessions.splice(0)) session.free();
        this.#socket.destroy();
      },
    });
    const reader = new FrameReader(limits.maxPayloadBytes);
    this.#serial = new SerialConnection(
      socket,
      {
        push: (chunk) => {
          this.#input.came(chunk);
          reader.push(chunk);
        },
        read: () => reader.read(),
        ended: () => reader.ended(),
      },
      {
        handle: (frame) => this.#handle(frame),
        settled: () => this.#input.flush(),
        over: (reason) => this.#over(reason),
      },
    );
    this.#input = new ShimInput(this.#serial.gate);
  }

  push(chunk: Uint8Array): void {
    this.#serial.push(chunk);
  }

  finish(): void {
    if (this.#linger !== undefined) return;
    this.#serial.stop();
    this.#gone.abort();
    const { clock, timeouts } = this.#context;
    const close = (): void => {
      this.#linger?.cancel();
      this.#release();
      this.queue.close();
      this.#socket.destroy();
    };
    this.#linger = clock.setTimer(timeouts.lingerMs, close);
    if (this.#socket.destroyed) {
      close();
      return;
    }
    this.#socket.once('close', close);
    this.queue.whenEmpty(() => this.#socket.end(close));
  }

  #over(reason: ProxyError): void {
    logGone(this.#context.logger, this.#client, reason);
    this.#release();
    this.finish();
  }

  /** The tokens may be claimed by others. */
  #release(): void {
    for (const session of this.#sessions.splice(0)) session.release();
  }

  #handle(frame: Frame): Promise<void> | undefined {
    switch (frame.type) {
      case 'command':
        return this.#command(frame.name, frame.payload);
      case 'stream':
        return this.#stream(frame);
      default:
        throw new ProxyError(`protocol: unexpected frame type (${frame.type})`, { code: 'bad_frame', isFatal: true });
    }
  }

  #command(name: CommandName, payload: Uint8Array): Promise<void> | undefined {
    this.#context.logger.debug({ client: this.#client, name }, 'request');
    try {
      switch (name) {
        case 'RegisterVM':
          return this.#later(name, this.#registerVm(payload));
        case 'UnregisterVM':
          return this.#respond(name, this.#unregisterVm(payload));
        case 'AttachVM':
          return this.#respond(name, this.#attachVm(payload));
        case 'Hyper':
          return this.#hyper(payload);
        case 'ConnectShim':
          return this.#connectShim(payload);
        case 'DisconnectShim':
          return this.#disconnectShim();
        case 'Signal':
          return this.#later(name, this.#signal(payload));
      }
    } catch (error) {
      this.#refuse(name, error);
    }
  }

  async #later(name: CommandName, work: Promise<Uint8Array | string>): Promise<void> {
    try {
      this.#respond(name, await work);
    } catch (error) {
      this.#refuse(name, error);
    }
  }

  /** @param payload text is JSON. */
  #respond(name: CommandName, payload: Uint8Array | string): undefined {
    if (typeof payload === 'string') this.queue.send(composeResponse(name, payload));
    else this.queue.send(payload.length === 0 ? composeResponse(name, '') : encodeResponse(name, payload));
  }

  #refuse(name: CommandName, error: unknown): void {
    this.#context.logger.info({ client: this.#client, name, ...failureFields(error) }, 'request refused');
    this.queue.send(encodeResponse(name, encodeErrorMessage(textOf(error)), true));
  }

  async #registerVm(payload: Uint8Array): Promise<string> {
    const command = readRegisterVm(payload);
    checkRegisterVm(command);
    const { numIOStreams } = command;
    this.#vm = await register(command, 'v3', this.#context, { gone: this.#gone.signal, sessions: numIOStreams });
    return this.#access(this.#vm, numIOStreams);
  }

  #attachVm(payload: Uint8Array): string {
    const { containerId, numIOStreams } = readAttachVm(payload);
    const vm = this.#context.containers.find(containerId);
    const access = this.#access(vm, numIOStreams);
    this.#vm = vm;
    return access;
  }

  #access(vm: Vm, count = 0): string {
    vm.checkRoom(count);
    const sessions = Array.from({ length: count }, () => new TokenSession(vm, this.#context));
    return ioAccessJson({ url: this.#context.url(), tokens: sessions.map(({ token }) => token) });
  }

  #unregisterVm(payload: Uint8Array): Uint8Array {
    this.#context.containers.remove(readUnregisterVm(payload).containerId);
    this.#vm = undefined;
    return nothing;
  }

  #hyper(payload: Uint8Array): Promise<void> | undefined {
    const { hyperName, tokens, data } = readV3Hyper(payload);
    const vm = this.#attached();
    const code = hyperCode(hyperName, '3.0');
    if (isStartCommand(hyperName)) return this.#later('Hyper', this.#start(vm, code, hyperName, tokens, data));
    if (tokens.length > 0) {
      throw badTokens(`${hyperName} doesn't need tokens but ${tokens.length} token(s) were given`);
    }
    vm.ask(code, data?.bytes, 'v3', this);
    this.#serial.wait();
    return undefined;
  }

  /** The agent has answered a Hyper command: without a promise between, for most commands are this one. */
  answered(payload: Uint8Array): void {
    this.#respond('Hyper', payload);
    this.#serial.done();
  }

  failed(reason: ProxyError | TimeoutError): void {
    this.#refuse('Hyper', reason);
    this.#serial.done();
  }

  async #start(
    vm: Vm,
    code: number,
    hyperName: StartCommand,
    tokens: readonly string[],
    data: JsonText | undefined,
  ): Promise<Uint8Array> {
    if (tokens.length > 1) throw badTokens(`expected 0 or 1 token, got ${tokens.length}`);
    const [token] = tokens;
    const session = token === undefined ? undefined : this.#context.tokens.forCommand(token, vm);
    const { payload: located, container } = relocate(hyperName, data, session?.ioBase ?? vm.nullBase());
    const send = (): Promise<Uint8Array> => vm.transact(code, located, 'v3');
    if (session === undefined) return send();
    const ack = await session.start(hyperName, send);
    vm.processStarted(session.ioBase, container);
    return ack;
  }

  #connectShim(payload: Uint8Array): undefined {
    const session = this.#context.tokens.forShim(readConnectShim(payload).token);
    this.#sessions.push(session);
    // The answer first, then what came for the shim before it.
    this.#respond('ConnectShim', nothing);
    session.claim(this);
  }

  #disconnectShim(): undefined {
    const session = this.#sessions.pop();
    if (session === undefined) throw notAShim();
    session.free();
    this.#release();
    this.finish();
  }

  async #signal(payload: Uint8Array): Promise<Uint8Array> {
    const session = this.#sessions.at(-1);
    if (session === undefined) throw notAShim();
    const { signalNumber, columns, rows } = readSignal(payload);
    checkSignal({ signalNumber, columns, rows });
    if (session.container === undefined && (signalNumber === sigkill || signalNumber === sigterm)) {
      session.exitUnstarted();
      return nothing;
    }
    await session.waitForProcess();
    const { vm, ioBase, container, isInitial } = session;
    if (signalNumber === sigwinch) {
      const size = encodeJson({ seq: ioBase, row: rows, column: columns }, 'winsize');
      await vm.transact(hyperstartCodes.winsize, size, 'v3');
      return nothing;
    }
    if (!isInitial) {
      const reason = 'Sending a signal to a process different from the initial container process is not supported';
      throw new ProxyError(`Could not send the signal ${signalName(signalNumber)}: ${reason}`, { code: 'bad_signal' });
    }
    const kill = encodeJson({ container, signal: signalNumber, allProcesses: false }, 'killcontainer');
    await vm.transact(hyperstartCodes.killcontainer, kill, 'v3');
    return nothing;
  }

  #stream({ name, payload }: Extract<Frame, { type: 'stream' }>): Promise<void> | undefined {
    if (name === 'log') {
      const { level, msg, ...fields } = readLogEntry(payload);
      this.#context.logger[level]({ client: this.#client, ...fields }, msg);
      return undefined;
    }
    const session = this.#sessions.at(-1);
    if (name !== 'stdin' || session === undefined) throw badStream(`no handler for stream ${name}`);
    if (payload.length > maxIoDataBytes) throw badStream(`message too long ${payload.length + ioHeaderBytes}`);
    if (session.container !== undefined) {
      this.#input.write(session, payload);
      return undefined;
    }
    return this.#stdinLater(session, payload);
  }

  async #stdinLater(session: TokenSession, payload: Uint8Array): Promise<void> {
    try {
      await session.waitForProcess();
    } catch (cause) {
      throw new ProxyError('stdin came for a process that was not started', {
        code: 'bad_stream',
        isFatal: true,
        cause,
      });
    }
    this.#input.write(session, payload);
  }

  #attached(): Vm {
    if (this.#vm === undefined) throw notAttached();
    return this.#vm;
  }
}

const notAShim = (): ProxyError =>
  new ProxyError("client isn't a shim", { code: 'not_a_shim', hint: 'ConnectShim comes first' });
const badTokens = (text: string): ProxyError => new ProxyError(text, { code: 'bad_tokens' });
const badStream = (text: string): ProxyError => new ProxyError(text, { code: 'bad_stream', isFatal: true });
