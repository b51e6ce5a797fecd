import type { Clock } from '@moorline/core';
import { hyperCode } from '../wire/hyperstart/commands.js';
import { controlHeaderBytes, maxControlPacketBytes, messageTooLong } from '../wire/hyperstart/control-packet.js';
import { maxIoDataBytes } from '../wire/hyperstart/io-packet.js';
import { jsonOf } from '../wire/encode-json.js';
import { ProxyError } from '../wire/proxy-error.js';
import { encodeStream } from '../wire/v3/frame.js';
import { encodeLogEntry, type LogEntry } from '../wire/v3/log.js';
import {
  type AttachVmPayload,
  attachVmJson,
  encodeConnectShim,
  encodeRegisterVm,
  encodeUnregisterVm,
  type IoAccess,
  readIoAccess,
  type RegisterVmPayload,
  v3HyperJson,
} from '../wire/v3/payloads.js';
import { checkSignal, encodeSignal, type SignalPayload, sigwinch } from '../wire/v3/signal.js';
import type { CommandName } from '../wire/v3/types.js';
import { type CallOptions, checkNumber } from './call-options.js';
import { HyperCommands } from './hyper-commands.js';
import { type ProcessIo, ProcessStreams } from './process-streams.js';
import type { V3Connection } from './v3-connection.js';

/** Options of `hyper()` and the commands over it. */
export interface V3HyperOptions extends CallOptions {
  /**
   * Whose streams the process that starts gets: for `newcontainer` and `execcmd`. Without one its output is lost, and the
   * original's proxy crashes on the second of a VM.
   */
  token?: string | undefined;
}

export interface V3ProxyClientOptions {
  callTimeoutMs: number;
  clock: Clock;
}

/**
 * The calling half of v3. A runtime registers or attaches and sends the agent commands; a shim, on a connection of its own, takes
 * one process' streams with a token.
 */
export class V3ProxyClient extends HyperCommands<V3HyperOptions, Uint8Array> {
  readonly generation = 'v3';
  readonly #connection: V3Connection;
  readonly #options: V3ProxyClientOptions;
  readonly #access = (payload: Uint8Array): IoAccess => {
    try {
      return readIoAccess(payload);
    } catch (error) {
      this.#connection.fail(error);
      throw error;
    }
  };

  /** Made by `connectProxy()`. */
  constructor(connection: V3Connection, options: V3ProxyClientOptions) {
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
  async registerVm(payload: RegisterVmPayload, { signal, timeoutMs = 0 }: CallOptions = {}): Promise<IoAccess> {
    checkNumber('numIOStreams', payload.numIOStreams, 0);
    return await this.#call('RegisterVM', encodeRegisterVm(payload), this.#access, { signal, timeoutMs });
  }

  /** Attaches this connection to a VM that is known, and gets tokens for more processes. */
  async attachVm(payload: AttachVmPayload, options?: CallOptions): Promise<IoAccess> {
    checkNumber('numIOStreams', payload.numIOStreams, 0);
    return await this.#call('AttachVM', attachVmJson(payload), this.#access, options);
  }

  /** Forgets a container. */
  async unregisterVm(containerId: string, options?: CallOptions): Promise<void> {
    await this.#call('UnregisterVM', encodeUnregisterVm({ containerId }), noResult, options);
  }

  /**
   * Sends the agent a command. Its name and length are looked at first: the original's proxy never recovers from those that
   * it does not take.
   *
   * @returns what the agent has acknowledged with; often nothing.
   * @throws ProxyError `unknown_command` or `message_too_large`, before anything is sent.
   */
  hyper(hyperName: string, data?: unknown, options: V3HyperOptions = {}): Promise<Uint8Array> {
    // Without a second promise around the call's own: of all calls there are most of this one.
    try {
      hyperCode(hyperName, '3.0');
      const json = data === undefined ? undefined : checkedData(hyperName, data);
      const tokens = options.token === undefined ? noTokens : [options.token];
      return this.#call('Hyper', v3HyperJson(hyperName, tokens, json), copied, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Makes this connection the shim of a token's process, which need not have started. Output is kept for the streams from now
   * on: read them, or nothing else comes on this connection either.
   */
  async connectShim(token: string, options?: CallOptions): Promise<ProcessIo> {
    if (this.#connection.receiver !== undefined) {
      throw new ProxyError('this connection is a shim already', {
        code: 'invalid_option',
        hint: 'each shim has a connection of its own',
      });
    }
    const streams = this.#streams();
    try {
      await this.#call('ConnectShim', encodeConnectShim({ token }), noResult, options);
    } catch (error) {
      this.#connection.receiver = undefined;
      streams.lose(error instanceof ProxyError ? error : new ProxyError('not connected', { code: 'refused' }));
      throw error;
    }
    return streams;
  }

  /** Frees the shim's token. The proxy then ends the connection, which is the answer. */
  async disconnectShim(options?: CallOptions): Promise<void> {
    await this.#call('DisconnectShim', undefined, noResult, options);
  }

  /**
   * Sends a signal to the shim's process.
   *
   * @throws ProxyError `bad_signal`, before anything is sent.
   */
  async signal(signalNumber: number, options?: CallOptions): Promise<void> {
    await this.#signal({ signalNumber }, options);
  }

  /**
   * Tells the size of the terminal of the shim's process.
   *
   * @throws ProxyError `bad_signal`, before anything is sent.
   */
  async resize(size: { columns: number; rows: number }, options?: CallOptions): Promise<void> {
    await this.#signal({ signalNumber: sigwinch, ...size }, options);
  }

  /** Writes to the proxy's log. Resolves when it is on its way: there is no answer. */
  log(entry: LogEntry): Promise<void> {
    const frame = encodeStream('log', encodeLogEntry(entry));
    return new Promise((resolve) => this.#connection.send(frame, resolve));
  }

  /** Ends the connection: calls that wait are rejected, streams end. Idempotent. */
  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #signal(payload: SignalPayload, options: CallOptions | undefined): Promise<void> {
    checkSignal(payload);
    await this.#call('Signal', encodeSignal(payload), noResult, options);
  }

  /** Streams over this connection: output and exit may come before the answer to ConnectShim does. */
  #streams(): ProcessStreams {
    const connection = this.#connection;
    const streams = new ProcessStreams({
      write: (chunk, done) => connection.send(stdinFrames(chunk), done),
      end: (done) => connection.send(encodeStream('stdin'), done),
      wanted: () => connection.flow(),
    });
    connection.receiver = {
      stream: (name, data) => {
        if (!streams.isOver) streams[name].give(data);
      },
      exited: (status) => streams.exit(status),
      get isFull() {
        return streams.isFull;
      },
      get unreadBytes() {
        return streams.unreadBytes;
      },
    };
    void connection.ended.then((reason) => streams.lose(reason));
    return streams;
  }

  #call<Result>(
    name: CommandName,
    payload: Uint8Array | string | undefined,
    read: (payload: Uint8Array) => Result,
    { signal, timeoutMs = this.#options.callTimeoutMs }: CallOptions = {},
  ): Promise<Result> {
    checkNumber('timeoutMs', timeoutMs, 0);
    return this.#connection.command(name, payload, { signal, timeoutMs }, read);
  }
}

const noTokens: readonly string[] = [];
const nothing = new Uint8Array(0);
const noResult = (): undefined => undefined;
const copied = (payload: Uint8Array): Uint8Array => (payload.length === 0 ? nothing : new Uint8Array(payload));

/** The data of a command as JSON that the agent takes. */
function checkedData(hyperName: string, data: unknown): string {
  const json = jsonOf(data, `the data of ${hyperName}`);
  const packetBytes = controlHeaderBytes + Buffer.byteLength(json);
  if (packetBytes > maxControlPacketBytes) throw messageTooLong(packetBytes);
  return json;
}

/** The proxy makes one packet of each frame, and closes the connection when that is too long for the agent. */
function stdinFrames(data: Uint8Array): Uint8Array {
  if (data.length <= maxIoDataBytes) return encodeStream('stdin', data);
  const frames: Uint8Array[] = [];
  for (let from = 0; from < data.length; from += maxIoDataBytes) {
    frames.push(encodeStream('stdin', data.subarray(from, from + maxIoDataBytes)));
  }
  return Buffer.concat(frames);
}
