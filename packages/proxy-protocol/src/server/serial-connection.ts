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
   * Works one message off; the next is read once that is done, or once {@link SerialConnection.done} has been called where the
   * handler has called {@link SerialConnection.wait}.
   *
   * @throws ProxyError that is fatal, or rejects with one: the connection is over.
   */
  handle(message: Message): Promise<void> | undefined;
  /** All that is there has been worked off, or something takes its time. */
  settled?(): void;
  /** Nothing is read any more. `connection_ended` is how every connection ends. */
  over(reason: ProxyError): void;
}

const nothing = new Uint8Array(0);

/**
 * One connection's messages, one after another: a message that takes its time holds up the next (docs/protocol.md, v2 messages).
 * Meanwhile one more chunk is read and no more, and whether the peer is gone altogether.
 */
export class SerialConnection<Message> {
  /** Holds up reading. */
  readonly gate: ReadGate;
  readonly #socket: Socket;
  readonly #reader: MessageReader<Message>;
  readonly #handler: MessageHandler<Message>;
  #isBusy = false;
  #isHeld = false;
  #hasEnded = false;
  #isOver = false;

  constructor(socket: Socket, reader: MessageReader<Message>, handler: MessageHandler<Message>) {
    this.#socket = socket;
    this.gate = new ReadGate(socket);
    this.#reader = reader;
    this.#handler = handler;
    socket.on('data', (chunk) => this.push(chunk));
    socket.on('end', () => {
      this.#hasEnded = true;
      // Whether the peer still reads, a write tells, and one of nothing is enough.
      if (this.#isBusy) this.#socket.write(nothing);
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
    if (this.#isBusy) this.#hold();
    else this.#run();
  }

  /** Reads nothing more, whatever still comes. */
  stop(): void {
    this.#isOver = true;
  }

  /** The message that is worked off takes its time: the next is read after {@link done}. */
  wait(): void {
    this.#isBusy = true;
  }

  /**
   * What was waited for has happened.
   *
   * @param rest what is still to be done before the next message, if anything.
   */
  done(rest?: Promise<void>): void {
    if (rest !== undefined) {
      this.#await(rest);
      return;
    }
    this.#isBusy = false;
    this.#run();
    if (!this.#isBusy) this.#release();
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
    this.#handler.settled?.();
    if (this.#hasEnded && !this.#isBusy) this.#end(this.#reader.ended());
  }

  #await(work: Promise<void>): void {
    this.wait();
    work.then(
      () => this.done(),
      (error: unknown) => {
        this.#fail(error);
        this.done();
      },
    );
  }

  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.gate.hold();
  }

  #release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.gate.release();
  }

  #fail(error: unknown): void {
    if (isProxyError(error)) this.#end(error);
    else this.#end(new ProxyError('a message could not be worked off', { code: 'invalid_message', cause: error }));
  }

  #end(reason: ProxyError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.over(reason);
  }
}

const lost = (message: string, cause?: Error): ProxyError =>
  new ProxyError(message, { code: 'connection_closed', isFatal: true, cause });
