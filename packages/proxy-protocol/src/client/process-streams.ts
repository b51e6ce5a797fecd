import { Readable, Writable } from 'node:stream';
import type { ProxyError } from '../wire/proxy-error.js';

/** A process' streams, as a session of v2 and a shim of v3 have them. */
export interface ProcessIo {
  /** Ending it tells the process the end of its input. */
  readonly stdin: Writable;
  /** Ends when the process has exited, or is out of reach. What is not read holds all of the connection up. */
  readonly stdout: Readable;
  /** Nothing comes for a process with a terminal, or of one stream: ends with stdout. */
  readonly stderr: Readable;
  /** The exit status, 0 to 255: 128 and a signal's number where one ended it. Rejects when the connection ends before it is known. */
  readonly exited: Promise<number>;
}

/** Where stdin goes, and who is told that there is room again. */
export interface ProcessTransport {
  write(chunk: Uint8Array, done: () => void): void;
  end(done: () => void): void;
  /** Output is being waited for again. */
  wanted(): void;
}

/** The streams of one process over some transport. */
export class ProcessStreams implements ProcessIo {
  readonly stdin: Writable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly exited: Promise<number>;
  #settle: { resolve: (status: number) => void; reject: (error: ProxyError) => void } | undefined;

  constructor(transport: ProcessTransport) {
    this.stdin = new Writable({
      write: (chunk: Uint8Array, _encoding, done) => transport.write(chunk, () => done()),
      final: (done) => transport.end(() => done()),
    });
    this.stdout = new OutputStream(() => transport.wanted());
    this.stderr = new OutputStream(() => transport.wanted());
    this.exited = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever waits for it learns of a lost connection; nobody has to.
    this.exited.catch(() => undefined);
  }

  /** Whether one of the outputs holds as much as it wants to. */
  get isFull(): boolean {
    return this.stdout.isFull || this.stderr.isFull;
  }

  /** Bytes of output that nobody has read yet. */
  get unreadBytes(): number {
    return this.stdout.readableLength + this.stderr.readableLength;
  }

  /** Whether the exit status is known, or will never be. */
  get isOver(): boolean {
    return this.#settle === undefined;
  }

  exit(status: number): void {
    this.#settle?.resolve(status);
    this.#end();
  }

  lose(error: ProxyError): void {
    this.#settle?.reject(error);
    this.#end();
  }

  #end(): void {
    if (this.#settle === undefined) return;
    this.#settle = undefined;
    this.stdout.give(null);
    this.stderr.give(null);
    this.stdin.destroy();
  }
}

/** Output that is given from outside. */
class OutputStream extends Readable {
  /** Whether it holds as much as it wants to. */
  isFull = false;
  readonly #wanted: () => void;

  constructor(wanted: () => void) {
    super();
    this.#wanted = wanted;
  }

  /** @param chunk null is the end. */
  give(chunk: Uint8Array | null): void {
    if (this.readableEnded || this.destroyed) return;
    this.isFull = !this.push(chunk) && chunk !== null;
  }

  override _read(): void {
    if (!this.isFull) return;
    this.isFull = false;
    this.#wanted();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // What nobody reads any more holds nothing up.
    this._read();
    done(error);
  }
}
