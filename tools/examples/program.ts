import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { withoutOurs } from '../matrix/command.js';
import { endGroup } from '../process/run-group.js';
import { isObject, readJson } from '../repo/json.js';

/** How a program is started. */
export interface StartOptions {
  cwd: string;
  env?: Record<string, string | undefined>;
  /** Ends it and all that it started. */
  signal: AbortSignal;
}

/** A program as somebody runs it in a terminal: it prints, and is ended by Ctrl-C. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<number>;
  readonly #changes = new EventEmitter();
  #output = '';
  #code: number | undefined;

  /**
   * Starts a script of a project's package.json as `npm run` does, but for npm: after Ctrl-C that ends by the signal, whatever the
   * program's own end was.
   */
  static script(name: string, args: readonly string[], options: StartOptions): Program {
    const { scripts } = readJson(join(options.cwd, 'package.json'));
    const script = isObject(scripts) ? scripts[name] : undefined;
    if (typeof script !== 'string') throw new Error(`${options.cwd}/package.json has no script ${name}`);
    const bins = [options.cwd, join(options.cwd, '..')].map((folder) => join(folder, 'node_modules/.bin'));
    const PATH = [...bins, process.env['PATH'] ?? ''].join(delimiter);
    return new Program('sh', ['-c', `exec ${[script, ...args].join(' ')}`], {
      ...options,
      env: { PATH, ...options.env },
    });
  }

  constructor(command: string, args: readonly string[], { cwd, env, signal }: StartOptions) {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...withoutOurs(), ...env },
      detached: true,
      stdio,
    });
    this.#child = child;
    const end = () => void endGroup(child);
    signal.addEventListener('abort', end);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += stripVTControlCharacters(text);
        this.#changes.emit('change');
      });
    }
    this.#closed = new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (code) => {
        signal.removeEventListener('abort', end);
        this.#code = code ?? 1;
        this.#changes.emit('change');
        resolve(this.#code);
      });
    });
    this.#closed.catch(() => undefined); // told to whoever waits
  }

  /** The first match in what it has printed, once there is one. @throws Error with all of that when it ends without. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (this.#code !== undefined) throw new Error(`ended with ${this.#code} without ${pattern}: ${this.#output}`);
      await Promise.race([once(this.#changes, 'change'), this.#closed]);
    }
  }

  /** Waits for its end. @returns the exit code */
  ended(): Promise<number> {
    return this.#closed;
  }

  /** Ctrl-C: everything that was started from the terminal hears of it. @throws Error unless it ends by itself, and with 0. */
  async interrupt(): Promise<void> {
    if (this.#child.pid !== undefined && this.#code === undefined) process.kill(-this.#child.pid, 'SIGINT');
    const code = await this.#closed;
    if (code !== 0) throw new Error(`ended with ${code} after Ctrl-C: ${this.#output}`);
  }

  /** Ends it by force where it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await endGroup(this.#child, 0);
    await this.#closed.catch(() => undefined);
  }
}
