import type { Clock } from '@moorline/core';
import { type FdPassing, loadFdPassing } from '../fd/fd-passing.js';
import type { Outgoing } from '../wire/byte-text.js';
import { ProxyError } from '../wire/proxy-error.js';
import { checkStreamCount, type HelloPayload } from '../wire/v2/payloads.js';
import { composeV2Hyper, composeV2Request, type V2RequestId } from '../wire/v2/request.js';
import { type CallOptions, checkNumber } from './call-options.js';
import { HyperCommands } from './hyper-commands.js';
import type { V2Answer, V2Connection } from './v2-connection.js';

/** What `hello()` and `attach()` learn. */
export interface ProtocolVersion {
  /** 1 from 2.1 on; 0 of a proxy that says none: 2.0. */
  version: number;
}

/** Streams of one process, and the descriptor that carries them. */
export interface IoAllocation {
  /** Number of stdin and stdout; stderr is one more. */
  ioBase: bigint;
  /** As asked for: 2 has stderr. */
  nStreams: 1 | 2;
  /** A connected socket, close-on-exec; the caller's, who hands it to `openIoSession()` or closes it. */
  fd: number;
}

export interface ProxyClientOptions {
  callTimeoutMs: number;
  maxBodyBytes: number | undefined;
  clock: Clock;
}

/** The calling half of v2, 2.0 to 2.2. Calls are sent one after the other, in the order in which they were made. */
export class ProxyClient extends HyperCommands<CallOptions, void> {
  readonly generation = 'v2';
  readonly #connection: V2Connection;
  readonly #options: ProxyClientOptions;

  /** Made by `connectProxy()`. */
  constructor(connection: V2Connection, options: ProxyClientOptions) {
    super();
    this.#connection = connection;
    this.#options = options;
  }

  /** Settles, with the reason, when no call can be made any more. */
  get ended(): Promise<ProxyError> {
    return this.#connection.ended;
  }

  /**
   * Makes a container's VM known and attaches this connection to it. Answered when the agent is ready: without a deadline of the
   * call's own it waits as long as that takes.
   */
  async hello(payload: HelloPayload, { signal, timeoutMs = 0 }: CallOptions = {}): Promise<ProtocolVersion> {
    const { containerId, ctlSerial, ioSerial, console } = payload;
    const data = { containerId, ctlSerial, ioSerial, console: console || undefined };
    return await this.#call('hello', data, versionOf, { signal, timeoutMs });
  }

  /** Attaches this connection to a VM that is known; the last one counts. */
  async attach(containerId: string, options?: CallOptions): Promise<ProtocolVersion> {
    return await this.#call('attach', { containerId }, versionOf, options);
  }

  /**
   * Allocates the streams of a process that is about to be started.
   *
   * @param nStreams 1: stdin and stdout. 2: stderr too.
   * @throws ProxyError `fd_unavailable`, before anything is sent, where descriptors cannot be received.
   */
  async allocateIo(nStreams: 1 | 2, options?: CallOptions): Promise<IoAllocation> {
    checkStreamCount(nStreams);
    const read = ({ ioBase, fd }: V2Answer): IoAllocation => {
      if (ioBase !== undefined && fd !== undefined) return { ioBase, nStreams, fd };
      throw new ProxyError('allocateio: no ioBase in response', { code: 'invalid_response' });
    };
    return await this.#call('allocateIO', { nStreams }, read, options, loadFdPassing());
  }

  /** Without a second promise around the call's own: of all calls there are most of this one. */
  hyper(hyperName: string, data?: unknown, options?: CallOptions): Promise<void> {
    try {
      const message = composeV2Hyper(hyperName, data, this.#options.maxBodyBytes);
      return this.#send('hyper', message, noResult, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Forgets a container. Any connection may, attached or not. */
  async bye(containerId: string, options?: CallOptions): Promise<void> {
    await this.#call('bye', { containerId }, noResult, options);
  }

  /** Ends the connection: calls that wait are rejected. The VM and the streams that were handed out live on. Idempotent. */
  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call<Result>(
    id: V2RequestId,
    data: unknown,
    read: (answer: V2Answer) => Result,
    options?: CallOptions,
    passing?: Promise<FdPassing>,
  ): Promise<Result> {
    return this.#send(id, composeV2Request(id, data, this.#options.maxBodyBytes), read, options, passing);
  }

  #send<Result>(
    id: V2RequestId,
    message: Outgoing,
    read: (answer: V2Answer) => Result,
    { signal, timeoutMs = this.#options.callTimeoutMs }: CallOptions = {},
    passing?: Promise<FdPassing>,
  ): Promise<Result> {
    checkNumber('timeoutMs', timeoutMs, 0);
    return this.#connection.request(id, message, { signal, timeoutMs }, read, passing);
  }
}

const noResult = (): undefined => undefined;

/** Looked at after success: the original's client does it before, and loses the proxy's own text. */
function versionOf({ response }: V2Answer): ProtocolVersion {
  try {
    return { version: response.data?.integer('version') ?? 0 };
  } catch (cause) {
    throw new ProxyError('read a response: version is no whole number', { code: 'invalid_response', cause });
  }
}
