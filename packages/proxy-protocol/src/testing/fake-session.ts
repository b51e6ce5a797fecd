import { ByteSource } from './byte-source.js';

/** The proxy's side of one process' streams, as a test plays it. */
export interface FakeSession {
  /** v2: number of stdin and stdout. v3: 0n. */
  readonly ioBase: bigint;
  /** v3: what the shim has said; v2: empty. */
  readonly token: string;
  /** What the client writes. */
  readonly stdin: Pick<ByteSource, 'read' | 'readLine' | typeof Symbol.asyncIterator>;
  /** Sends output; resolves when it has left. */
  write(data: string | Uint8Array, to?: 'stdout' | 'stderr'): Promise<void>;
  /** Says that the process has ended. */
  exit(status: number): Promise<void>;
  /** Sends bytes as they are. */
  sendRaw(bytes: Uint8Array): Promise<void>;
  /** Ends the session without a word. */
  close(): void;
}

/** How a generation writes a session's messages. */
export interface SessionFraming {
  output(data: Uint8Array, to: 'stdout' | 'stderr'): Uint8Array;
  exit(status: number): Uint8Array;
}

export class StreamSession implements FakeSession {
  readonly ioBase: bigint;
  readonly token: string;
  readonly stdin = new ByteSource();
  readonly #stream: NodeJS.WritableStream & { destroy(): void };
  readonly #framing: SessionFraming;

  constructor(
    { ioBase = 0n, token = '' }: { ioBase?: bigint; token?: string },
    stream: NodeJS.WritableStream & { destroy(): void },
    framing: SessionFraming,
  ) {
    this.ioBase = ioBase;
    this.token = token;
    this.#stream = stream;
    this.#framing = framing;
  }

  /** Bytes of the client's; none: the end. */
  takeInput(data: Uint8Array): void {
    if (data.length === 0) this.stdin.end();
    else this.stdin.push(data);
  }

  write(data: string | Uint8Array, to: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    return this.sendRaw(this.#framing.output(bytes, to));
  }

  exit(status: number): Promise<void> {
    return this.sendRaw(this.#framing.exit(status));
  }

  sendRaw(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error == null ? resolve() : reject(error)));
    });
  }

  close(): void {
    this.#stream.destroy();
  }
}
