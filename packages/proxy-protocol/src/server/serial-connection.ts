import type { Socket } from 'node:net';
import { isProxyError, ProxyError } from '../wire/proxy-error.js';
import { ReadGate } from './read-gate.js';

/** Cuts bytes into messages. */
export interface MessageReader<Message> {
  push(chunk: Uint8Array): void;
  /** Undefined while the next message is not all there. */
  read(): Message | undefined;
  /** What it means that the stream ends here. */
  ended(): ProxyError;
}

export interface MessageHandler<Message> {
  /**
   * Works one message off; the next is read once that is done.
   *
   * @throws ProxyError that is fatal, or rejects with one: the connection is over.
   */
  handle(message: Message): Promise<void> | undefined;
  /** Nothing is read any more. `connection_ended` is how every connection ends. */
  over(reason: ProxyError): void;
}

/** One connection's messages, one after another: a message that takes its time holds up the next (docs/protocol.md, v2 messages). */
export class SerialConnection<Message> {
  /** Holds up reading. */
  readonly gate: ReadGate;
  readonly #reader: MessageReader<Message>;
  readonly #handler: MessageHandler<Message>;
  #isBusy = false;
  #hasEnded = false;
  #isOver = false;

  constructor(socket: Socket, reader: MessageReader<Message>, handler: MessageHandler<Message>) {
    this.gate = new ReadGate(socket);
    this.#reader = reader;
    this.#handler = handler;
    socket.on('data', (chunk) => this.push(chunk));
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#run();
    });
    socket.on('error', (cause) => this.#end(lost(cause.message, cause)));
    socket.on('close', () => this.#end(lost('the connection was closed')));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#reader.push(chunk);
    this.#run();
  }

  /** Reads nothing more, whatever still comes. */
  stop(): void {
    this.#isOver = true;
  }

  #run(): void {
    try {
      while (!this.#isBusy && !this.#isOver) {
        const message = this.#reader.read();
        if (message === undefined) break;
        const work = this.#handler.handle(message);
        if (work !== undefined) this.#await(work);
      }
    } catch (error) {
      this.#fail(error);
    }
    if (this.#hasEnded && !this.#isBusy) this.#end(this.#reader.ended());
  }

  #await(work: Promise<void>): void {
    this.#isBusy = true;
    this.gate.hold();
    work
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#isBusy = false;
        this.gate.release();
        this.#run();
      });
  }

  #fail(error: unknown): void {
    if (isProxyError(error)) this.#end(error);
    else this.#end(new ProxyError('a message could not be worked off', { code: 'connection_closed', cause: error }));
  }

  #end(reason: ProxyError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.over(reason);
  }
}

const lost = (message: string, cause?: Error): ProxyError =>
  new ProxyError(message, { code: 'connection_closed', isFatal: true, cause });
