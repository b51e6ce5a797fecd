import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Written to standard input, which is then closed. */
  input?: string;
}

/** A child process whose output can be waited for. */
export class Running {
  /** Resolves when the process has ended and its output is complete. */
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #changes = new EventEmitter();
  #stdout = '';
  #stderr = '';
  #ended = false;

  constructor(command: string, args: readonly string[], options: RunOptions = {}) {
    const { cwd, env, input } = options;
    this.#child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin?.on('error', () => undefined).end(input ?? '');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#changes.emit('change');
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#changes.emit('change');
    });
    this.exit = once(this.#child, 'close').then(([code, signal]: unknown[]) => {
      this.#ended = true;
      this.#changes.emit('change');
      return {
        code: typeof code === 'number' ? code : null,
        signal: typeof signal === 'string' ? (signal as NodeJS.Signals) : null,
        stdout: this.#stdout,
        stderr: this.#stderr,
      };
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process did not start');
    return this.#child.pid;
  }

  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** The first match in standard output; fails, with everything that was printed, when the process ends without it. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout);
      if (match !== null) return match;
      if (this.#ended) throw new Error(`ended without printing ${pattern}:\n${this.output}`);
      await once(this.#changes, 'change');
    }
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.#child.kill(signal);
    return this.exit;
  }
}

/** Runs a program to its end. */
export const run = (command: string, args: readonly string[], options: RunOptions = {}): Promise<Exit> =>
  new Running(command, args, options).exit;
