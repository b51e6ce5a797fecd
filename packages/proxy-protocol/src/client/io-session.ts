import type { Socket } from 'node:net';
import { socketFromFd } from '../fd/socket-from-fd.js';
import { encodeIoPacket, encodeIoPackets, type IoPacket, IoReader } from '../wire/hyperstart/io-packet.js';
import { OutputPhase } from '../wire/hyperstart/output-phase.js';
import { isProxyError, ProxyError } from '../wire/proxy-error.js';
import { closedHere, lost } from './connection-errors.js';
import { type ProcessIo, ProcessStreams } from './process-streams.js';
import type { IoAllocation } from './proxy-client.js';

/** The streams of one process, over the descriptor of `allocateIo()`. */
export interface IoSession extends ProcessIo {
  /** Number of stdin and stdout; stderr is one more. */
  readonly ioBase: bigint;
  /** Closes the descriptor: the only sign to the proxy that the client is gone. Idempotent; it is closed after the exit too. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the streams of {@link IoAllocation}; the descriptor belongs to them from now on.
 *
 * @throws ProxyError `fd_wrong_kind` where the proxy sent something else than a socket; it is closed then.
 */
export function openIoSession({ ioBase, fd }: Pick<IoAllocation, 'ioBase' | 'fd'>): IoSession {
  return new SocketSession(socketFromFd(fd), ioBase);
}

class SocketSession extends ProcessStreams implements IoSession {
  readonly ioBase: bigint;
  readonly #socket: Socket;
  readonly #phase = new OutputPhase();
  readonly #reader = new IoReader((packet) => this.#take(packet));
  readonly #closed: Promise<void>;

  constructor(socket: Socket, ioBase: bigint) {
    super({
      write: (chunk, done) => void socket.write(encodeIoPackets(ioBase, chunk), done),
      end: (done) => void socket.write(encodeIoPacket(ioBase, new Uint8Array(0)), done),
      wanted: () => {
        if (!this.isFull) socket.resume();
      },
    });
    this.ioBase = ioBase;
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', (error) => this.#lose(lost(error)));
    socket.on('end', () => this.#lose(gone()));
    socket.on('close', () => this.#lose(gone()));
    socket.on('data', (chunk) => this.#data(chunk));
  }

  close(): Promise<void> {
    this.#lose(closedHere());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #data(chunk: Uint8Array): void {
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#lose(isProxyError(error) ? error : lost(error instanceof Error ? error : new Error(String(error))));
      return;
    }
    if (this.isFull) this.#socket.pause();
  }

  /** Numbers of other streams are passed over, as the original's shim does. */
  #take({ stream, data }: IoPacket): void {
    const isStdout = stream === this.ioBase;
    if (this.isOver || !(isStdout || stream === this.ioBase + 1n)) return;
    switch (this.#phase.next(data.length)) {
      case 'data':
        (isStdout ? this.stdout : this.stderr).give(data);
        return;
      case 'end':
        return;
      case 'exit':
        this.exit(data[0] ?? 0);
        this.#socket.destroy();
    }
  }

  #lose(error: ProxyError): void {
    this.lose(error);
    this.#socket.destroy();
  }
}

const gone = (): ProxyError =>
  new ProxyError('the session ended without an exit status: the VM is gone, or the proxy has ended the session', {
    code: 'vm_lost',
    isFatal: true,
    text: 'EOF',
  });
