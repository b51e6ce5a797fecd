import type { Socket } from 'node:net';
import type { TimeoutError } from '@moorline/core';
import type { FdPassing } from '../fd/fd-passing.js';
import { socketFromFd } from '../fd/socket-from-fd.js';
import { hyperCode } from '../wire/hyperstart/commands.js';
import { isFatalError, isProxyError, ProxyError } from '../wire/proxy-error.js';
import type { JsonText } from '../wire/json-text.js';
import { V2MessageReader } from '../wire/v2/message-reader.js';
import {
  checkHello,
  checkStreamCount,
  readAllocateIo,
  readAttach,
  readBye,
  readHello,
  readHyper,
} from '../wire/v2/payloads.js';
import { decodeV2Request, unknownPayload } from '../wire/v2/request.js';
import { encodeV2Response } from '../wire/v2/response.js';
import type { ServerContext } from './context.js';
import type { Asker } from './control-channel.js';
import { failureFields, logGone, textOf } from './failure.js';
import { DescriptorSession } from './descriptor-session.js';
import { notAttached } from './not-attached.js';
import { register } from './register.js';
import { sendWithDescriptor } from './send-descriptor.js';
import { SerialConnection } from './serial-connection.js';
import { type StartedProcess, startedProcess } from './started-process.js';
import type { Vm } from './vm.js';

/** The most frequent answers, made once and as sockets take them; the version is there from 2.1 on. */
const success = Buffer.from(encodeV2Response(undefined));
const successWithVersion = Buffer.from(encodeV2Response({ version: 1 }));

/** A client of 2.0 to 2.2 (docs/protocol.md, What a v2 proxy does). */
export class V2Connection implements Asker {
  readonly #socket: Socket;
  readonly #context: ServerContext;
  readonly #client: number;
  readonly #serial: SerialConnection<Uint8Array>;
  readonly #gone = new AbortController();
  #vm: Vm | undefined;
  /** The process that the agent has been asked to start. */
  #starting: { vm: Vm; process: StartedProcess } | undefined;

  /** @param client its number, for logs. */
  constructor(socket: Socket, context: ServerContext, client: number) {
    this.#socket = socket;
    this.#context = context;
    this.#client = client;
    const { compat, limits } = context;
    this.#serial = new SerialConnection(socket, new V2MessageReader({ compat, maxBodyBytes: limits.maxBodyBytes }), {
      handle: (body) => this.#handle(body),
      over: (reason) => this.#over(reason),
    });
  }

  push(chunk: Uint8Array): void {
    this.#serial.push(chunk);
  }

  #over(reason: ProxyError): void {
    logGone(this.#context.logger, this.#client, reason);
    this.#gone.abort(reason);
    if (this.#socket.destroyed) return;
    // What was answered still leaves, if the client reads it.
    const { clock, timeouts } = this.#context;
    const linger = clock.setTimer(timeouts.lingerMs, () => this.#socket.destroy());
    this.#socket.once('close', () => linger.cancel());
    this.#socket.destroySoon();
  }

  #handle(body: Uint8Array): Promise<void> | undefined {
    try {
      const { id, data } = decodeV2Request(body);
      this.#context.logger.debug({ client: this.#client, id }, 'request');
      switch (id) {
        case 'hello':
          return this.#later(this.#hello(data));
        case 'attach':
          return this.#respond(this.#attach(data));
        case 'allocateIO':
          return this.#later(this.#allocateIo(data));
        case 'hyper':
          return this.#hyper(data);
        case 'bye':
          return this.#respond(this.#bye(data));
        default:
          throw unknownPayload(id);
      }
    } catch (error) {
      return this.#refuse(error);
    }
  }

  async #later(work: Promise<Uint8Array | undefined>): Promise<void> {
    try {
      await this.#respond(await work);
    } catch (error) {
      await this.#refuse(error);
    }
  }

  /** @param answer undefined where it has been sent. */
  #respond(answer: Uint8Array | undefined): Promise<void> | undefined {
    if (answer !== undefined) this.#socket.write(answer);
    return this.#drained();
  }

  /** @throws ProxyError that is fatal: it has no answer. */
  #refuse(error: unknown): Promise<void> | undefined {
    if (isFatalError(error)) throw error;
    this.#context.logger.info({ client: this.#client, ...failureFields(error) }, 'request refused');
    return this.#respond(encodeV2Response(undefined, textOf(error)));
  }

  async #hello(data: JsonText | undefined): Promise<Uint8Array> {
    const hello = readHello(data);
    checkHello(hello);
    this.#vm = await register(hello, 'v2', this.#context, { gone: this.#gone.signal });
    return this.#versioned();
  }

  #attach(data: JsonText | undefined): Uint8Array {
    this.#vm = this.#context.containers.find(readAttach(data).containerId);
    return this.#versioned();
  }

  #versioned(): Uint8Array {
    return this.#context.compat === '2.0.0' ? success : successWithVersion;
  }

  /** Answered by {@link answered} or {@link failed}, without a promise between: of all requests there are most of this one. */
  #hyper(data: JsonText | undefined): undefined {
    const { hyperName, data: command } = readHyper(data);
    const vm = this.#attached();
    const process = startedProcess(hyperName, command);
    vm.ask(hyperCode(hyperName, this.#context.compat), command?.bytes, 'v2', this);
    this.#starting = process === undefined ? undefined : { vm, process };
    this.#serial.wait();
  }

  answered(): void {
    if (this.#starting !== undefined) {
      const { vm, process } = this.#starting;
      vm.processStarted(process.ioBase, process.container);
    }
    this.#serial.done(this.#respond(success));
  }

  failed(reason: ProxyError | TimeoutError): void {
    this.#serial.done(this.#refuse(reason));
  }

  #bye(data: JsonText | undefined): Uint8Array {
    const vm = this.#context.containers.remove(readBye(data).containerId);
    this.#vm = undefined;
    // From 2.1 on the VM and its streams live until it ends.
    if (this.#context.compat === '2.0.0') vm.close();
    return success;
  }

  async #allocateIo(data: JsonText | undefined): Promise<undefined> {
    const { nStreams } = readAllocateIo(data);
    const vm = this.#attached();
    checkStreamCount(nStreams);
    const fds = await this.#context.fdPassing();
    if (vm.isLost) throw vm.lost();
    vm.checkRoom(1);
    const [given, kept] = fds.socketpair();
    try {
      const session = new DescriptorSession(socketFromFd(kept), nStreams, vm, this.#context);
      await this.#give(session, encodeV2Response({ ioBase: BigInt(session.ioBase) }), given, fds);
    } finally {
      fds.close(given);
    }
  }

  async #give(session: DescriptorSession, answer: Uint8Array, fd: number, fds: FdPassing): Promise<void> {
    const { clock, timeouts } = this.#context;
    try {
      await sendWithDescriptor(this.#socket, answer, fd, fds, { clock, timeoutMs: timeouts.waitMs });
    } catch (cause) {
      session.close();
      const code = isProxyError(cause) ? cause.code : 'connection_closed';
      throw new ProxyError('a descriptor could not be sent', { code, isFatal: true, cause });
    }
  }

  #attached(): Vm {
    if (this.#vm === undefined) throw notAttached();
    return this.#vm;
  }

  /** Who does not read the answers is not read either. */
  #drained(): Promise<void> | undefined {
    if (!this.#socket.writableNeedDrain) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.removeListener('drain', done).removeListener('close', done);
        resolve();
      };
      this.#socket.once('drain', done).once('close', done);
    });
  }
}
