import { ByteSource } from './byte-source.js';
import { terminalInput, terminalOutput } from './terminal.js';

/** What a program of the agent's sees of its process, and what a test sees of it. */
export interface VmProcess {
  readonly container: string;
  /** Name of the program, and its arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** Whether input is echoed, and CR and LF are translated, as by a terminal. */
  readonly isTerminal: boolean;
  /** Stream number of stdin and stdout; 0n: none, the process has no input and its output is dropped. */
  readonly stdio: bigint;
  /** Stream number of stderr; 0n: its output goes where stdout's goes. */
  readonly stderr: bigint;
  /** As the last `winsize` said. */
  readonly windowSize: { readonly rows: number; readonly columns: number } | undefined;
  /** Signals that came, in order. */
  readonly signals: readonly number[];
  /** Is aborted when the process is to end by a signal. */
  readonly killed: AbortSignal;
  /** Resolves with the exit status, 0 to 255, when it has been sent. */
  readonly exited: Promise<number>;
  /** Input, in order; one reader at a time. */
  readonly stdin: Pick<ByteSource, 'read' | 'readLine' | typeof Symbol.asyncIterator>;
  /**
   * Resolves when the socket takes more.
   *
   * @throws Error when nobody takes output any more.
   */
  write(data: string | Uint8Array, to?: 'stdout' | 'stderr'): Promise<void>;
}

/** A program: resolves with its exit status. One that ignores {@link VmProcess.killed} is ended all the same. */
export type VmProgram = (process: VmProcess) => number | Promise<number>;

/** What a `newcontainer` or `execcmd` says of its process. */
export interface ProcessSpec {
  container: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  workdir: string;
  isTerminal: boolean;
  stdio: bigint;
  stderr: bigint;
}

/** Sends data on one of the agent's streams, or its end when there is none. */
export type SendOutput = (stream: bigint, data: Uint8Array) => Promise<void>;

const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);

/** A process of the agent: a program that runs, with its streams. */
export class RunningProcess implements VmProcess {
  readonly container: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly isTerminal: boolean;
  readonly stdio: bigint;
  readonly stderr: bigint;
  readonly signals: number[] = [];
  readonly stdin = new ByteSource();
  readonly exited: Promise<number>;
  windowSize: { rows: number; columns: number } | undefined;
  readonly #send: SendOutput;
  readonly #ending = new AbortController();
  #hasExited = false;

  constructor(spec: ProcessSpec, program: VmProgram, send: SendOutput) {
    this.container = spec.container;
    this.args = spec.args;
    this.env = spec.env;
    this.workdir = spec.workdir;
    this.isTerminal = spec.isTerminal;
    this.stdio = spec.stdio;
    this.stderr = spec.stderr;
    this.#send = send;
    this.exited = this.#run(program);
  }

  get killed(): AbortSignal {
    return this.#ending.signal;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** Input from the I/O socket: bytes, or the end where there are none. */
  takeInput(data: Uint8Array): void {
    if (data.length === 0) this.stdin.end();
    else if (this.isTerminal) this.#takeKeys(data);
    else this.stdin.push(data);
  }

  signal(number: number): void {
    this.signals.push(number);
    if (endingSignals.has(number)) this.#ending.abort(number);
  }

  async write(data: string | Uint8Array, to: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const bytes = typeof data === 'string' ? utf8.encode(data) : data;
    const stream = to === 'stderr' && this.stderr !== 0n ? this.stderr : this.stdio;
    if (bytes.length === 0 || stream === 0n || this.#hasExited) return;
    await this.#send(stream, this.isTerminal ? terminalOutput(bytes) : bytes);
  }

  #takeKeys(keys: Uint8Array): void {
    const { input, echo, isInterrupt, isEnd } = terminalInput(keys);
    if (echo.length > 0) void this.write(echo).catch(() => undefined);
    this.stdin.push(input);
    if (isInterrupt) this.signal(sigint);
    if (isEnd) this.stdin.end();
  }

  async #run(program: VmProgram): Promise<number> {
    const killed = new Promise<number>((resolve) => {
      this.killed.addEventListener('abort', () => resolve(128 + Number(this.killed.reason)), { once: true });
    });
    // Not before whoever started it has it.
    const ended = Promise.resolve().then(() => program(this));
    const status = await Promise.race([killed, ended]).catch(() => sigpipeStatus);
    this.#hasExited = true;
    this.stdin.end();
    if (this.stdio !== 0n) {
      await this.#send(this.stdio, nothing).catch(() => undefined);
      await this.#send(this.stdio, Uint8Array.of(status)).catch(() => undefined);
    }
    return status & 0xff;
  }
}

const sigint = 2;
/** SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM: what ends a process that does not say otherwise. */
const endingSignals: ReadonlySet<number> = new Set([1, sigint, 3, 9, 15]);
/** Of a process that writes where nobody reads, and here of a program that throws. */
const sigpipeStatus = 141;
