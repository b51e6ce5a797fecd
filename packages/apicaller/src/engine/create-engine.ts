import { sleep, withDeadline } from '@moorline/core';
import { ApicallerError } from '../error.js';
import { type CheckedConfig, checkConfig, type EngineConfig } from './config.js';
import { deferred } from './deferred.js';
import type { Engine, SettledOptions } from './engine.js';
import { isInChain } from './error-chain.js';
import { errorReport, errorText } from './error-text.js';
import { type Installed, installed, isActive, isSettled } from './installed.js';
import { mailbox } from './mailbox.js';
import type { Manifold } from './manifold.js';
import { recentErrorsAfter } from './recent-errors.js';
import { type EngineReport, type EngineState, manifoldReport } from './report.js';
import { restartDelay } from './restart-delay.js';
import { isErrBounce, isErrMissing, isErrUninstall } from './sentinels.js';
import { type InputSnapshot, openStart } from './start-context.js';
import { type EngineStatus, manifoldStatus } from './status.js';
import { checkNames, refuseCycle, refuseUnknownInputs, type ValidateOptions } from './validate.js';
import { checkWorker, type Worker } from './worker.js';

/**
 * Makes an engine and starts it, empty.
 *
 * @throws ApicallerError `invalid_config`.
 */
export function createEngine(config: EngineConfig): Engine {
  return new DependencyEngine(checkConfig(config));
}

/** What happens to an engine. Each is handled to its end before the next (docs/protocol.md §4). */
type EngineEvent =
  | { readonly kind: 'installed'; readonly node: Installed }
  | { readonly kind: 'due'; readonly node: Installed }
  | { readonly kind: 'up'; readonly node: Installed; readonly worker: Worker }
  | { readonly kind: 'ended'; readonly node: Installed; readonly life: AbortSignal; readonly error: unknown }
  | { readonly kind: 'killed' };

class DependencyEngine implements Engine {
  readonly #config: CheckedConfig;
  readonly #manifolds = new Map<string, Installed>();
  /** By the name of an input, installed or not: who declared it. Outlives the input, which may be installed again. */
  readonly #dependents = new Map<string, Set<string>>();
  readonly #events = mailbox<EngineEvent>(
    (event) => this.#handle(event),
    () => this.#tellSettled(),
  );
  readonly #finished = deferred();
  readonly #settling = new Set<() => void>();
  #state: EngineState = 'started';
  /** The worst fatal error so far, not yet filtered. */
  #worst: unknown;
  /** What `isFatal` or `worstError` threw: the engine cannot judge any more, and ends with it. */
  #failure: unknown;

  constructor(config: CheckedConfig) {
    this.#config = config;
  }

  install(name: string, manifold: Manifold, options: ValidateOptions = {}): void {
    if (this.#state !== 'started') {
      throw new ApicallerError('engine is shutting down', { code: 'engine_stopping' });
    }
    const node = installed(name, manifold);
    checkNames(name, node.inputs);
    if (this.#manifolds.has(name)) {
      throw new ApicallerError(`"${name}" manifold already installed`, { code: 'already_installed' });
    }
    const inputsOf = (other: string) => (other === name ? node.inputs : this.#manifolds.get(other)?.inputs);
    if (options.unknownInputs === 'refuse') refuseUnknownInputs(name, inputsOf);
    refuseCycle(name, inputsOf);
    this.#manifolds.set(name, node);
    for (const input of node.inputs) this.#dependentsOf(input).add(name);
    this.#events.post({ kind: 'installed', node });
  }

  installAll(manifolds: Readonly<Record<string, Manifold>>, options: ValidateOptions = {}): void {
    if (options.unknownInputs === 'refuse') {
      const given = new Map(Object.entries(manifolds).map(([name, { inputs }]) => [name, inputs ?? []]));
      for (const name of given.keys()) {
        refuseUnknownInputs(name, (other) => given.get(other) ?? this.#manifolds.get(other)?.inputs);
      }
    }
    for (const [name, manifold] of Object.entries(manifolds)) this.install(name, manifold);
  }

  kill(): void {
    this.#events.post({ kind: 'killed' });
  }

  wait(): Promise<void> {
    return this.#finished.promise;
  }

  stop(): Promise<void> {
    this.kill();
    return this.wait();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async settled(options: SettledOptions = {}): Promise<void> {
    if (this.#isSettled()) return;
    const settling = deferred();
    this.#settling.add(settling.resolve);
    try {
      await withDeadline(() => settling.promise, {
        ...options,
        clock: this.#config.clock,
        attempted: 'settling of the engine',
      });
    } finally {
      this.#settling.delete(settling.resolve);
    }
  }

  report(): EngineReport {
    const error = this.#outcome();
    return {
      state: this.#state,
      ...(error === undefined ? {} : { error: errorText(error) }),
      manifolds: this.#each(manifoldReport),
    };
  }

  status(): EngineStatus {
    const error = this.#outcome();
    return {
      state: this.#state,
      ...(error === undefined ? {} : { error: errorReport(error) }),
      manifolds: this.#each((node) => manifoldStatus(node, this.#dependents.get(node.name) ?? [])),
    };
  }

  #handle(event: EngineEvent): void {
    switch (event.kind) {
      case 'installed':
        if (!isActive(event.node)) this.#start(event.node, 0);
        break;
      case 'due':
        event.node.delay = undefined;
        break;
      case 'up':
        this.#up(event.node, event.worker);
        break;
      case 'ended':
        this.#ended(event.node, event.life, event.error);
        break;
      case 'killed':
        this.#die();
        break;
    }
  }

  /** docs/protocol.md §4.1. */
  #start(node: Installed, baseDelayMs: number): void {
    if (this.#state !== 'started') return;
    const delayMs = restartDelay(baseDelayMs, node.recentErrors, this.#config);
    const life = new AbortController();
    node.starting = true;
    node.error = undefined;
    node.life = life;
    node.startAttempts++;
    node.delay = delayMs === 0 ? undefined : { ms: delayMs, untilMs: this.#config.clock.now() + delayMs };
    const snapshot = new Map(node.inputs.map((input) => [input, this.#running(input)]));
    void this.#live(node, life.signal, snapshot, delayMs);
  }

  /** One start with all that follows it, up to the end of its worker. Never rejects. */
  async #live(
    node: Installed,
    life: AbortSignal,
    snapshot: ReadonlyMap<string, InputSnapshot | undefined>,
    delayMs: number,
  ): Promise<void> {
    let error: unknown;
    try {
      if (delayMs > 0) await sleep(delayMs, { signal: life, clock: this.#config.clock });
      else await Promise.resolve(); // A manifold's code never runs inside the handling of an event.
      life.throwIfAborted();
      this.#events.post({ kind: 'due', node });
      const worker = await this.#makeWorker(node, life, snapshot);
      this.#events.post({ kind: 'up', node, worker });
      await worker.wait();
    } catch (thrown) {
      error = thrown ?? new ApicallerError('a worker failed without saying why', { code: 'worker_invalid' });
    }
    this.#events.post({ kind: 'ended', node, life, error });
  }

  async #makeWorker(
    node: Installed,
    life: AbortSignal,
    snapshot: ReadonlyMap<string, InputSnapshot | undefined>,
  ): Promise<Worker> {
    const start = openStart(node.name, life, snapshot);
    node.resolutions = start.resolutions;
    try {
      const worker: unknown = await node.manifold.start(start.context);
      checkWorker(worker);
      return worker;
    } finally {
      start.expire();
    }
  }

  /** docs/protocol.md §4.2. */
  #up(node: Installed, worker: Worker): void {
    if (this.#state !== 'started' || node.stopping) {
      this.#log('debug', node, 'worker no longer required');
      this.#killWorker(node, worker);
      return;
    }
    const { clock } = this.#config;
    node.starting = false;
    node.worker = worker;
    node.startCount++;
    node.startAttempts = 0;
    node.startedAt = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
    this.#log('debug', node, 'worker started');
    this.#recordStart(node);
    this.#bounceDependents(node);
  }

  /** docs/protocol.md §4.3: the order of these steps is the rule. */
  #ended(node: Installed, life: AbortSignal, error: unknown): void {
    const isAborted = life.aborted && isInChain(error, life.reason);
    const { startedAt, stopping: wasStopping } = node;
    const ranMs = startedAt === undefined ? undefined : this.#config.clock.monotonic() - startedAt.monotonicMs;
    node.recentErrors = recentErrorsAfter({ error, isAborted, ranMs }, node.recentErrors, this.#config.backoffResetMs);
    if (isAborted) node.startAttempts = 0;

    const outcome = this.#filtered(node, error);
    const isQuiet = outcome === undefined || (isAborted && outcome === error);
    const isFatal = !isQuiet && this.#judge(node, outcome);
    node.life?.abort(calledOff(node.name));
    reset(node, isQuiet ? undefined : outcome);

    if (isFatal) this.#die();
    if (this.#state !== 'started') {
      this.#finishIfAllStopped();
      return;
    }
    if (wasStopping) this.#start(node, this.#config.bounceDelayMs);
    else if (!isQuiet) this.#recover(node, outcome);
    if (startedAt !== undefined) this.#bounceDependents(node);
  }

  /** What follows an end that nobody asked for (docs/protocol.md §4.4). */
  #recover(node: Installed, error: unknown): void {
    if (isErrMissing(error)) {
      this.#log('debug', node, 'worker waits for its inputs', error);
    } else if (isErrBounce(error)) {
      this.#log('debug', node, 'worker asked to be restarted', error);
      this.#start(node, this.#config.bounceDelayMs);
    } else if (isErrUninstall(error)) {
      this.#log('debug', node, 'worker asked to be uninstalled', error);
      this.#uninstall(node);
    } else {
      const text = errorText(error);
      const level = text.includes('try again') ? 'info' : 'error';
      this.#log(level, node, `worker returned unexpected error: ${text}`, error);
      this.#start(node, this.#config.errorDelayMs);
    }
  }

  /** Dependents start anew, whatever they are doing: what they got from `node` is not what there is now. */
  #bounceDependents(node: Installed): void {
    for (const name of this.#dependents.get(node.name) ?? []) {
      const dependent = this.#manifolds.get(name);
      if (dependent === undefined) continue;
      if (isActive(dependent)) this.#stop(dependent);
      else this.#start(dependent, this.#config.bounceDelayMs);
    }
  }

  #stop(node: Installed): void {
    if (node.stopping) return;
    node.stopping = true;
    node.life?.abort(calledOff(node.name));
    if (node.worker !== undefined) this.#killWorker(node, node.worker);
  }

  #die(): void {
    if (this.#state !== 'started') return;
    this.#state = 'stopping';
    for (const node of this.#manifolds.values()) {
      if (isActive(node)) this.#stop(node);
    }
    this.#finishIfAllStopped();
  }

  #finishIfAllStopped(): void {
    if (this.#state !== 'stopping' || [...this.#manifolds.values()].some(isActive)) return;
    this.#state = 'stopped';
    const error = this.#outcome();
    if (error === undefined) this.#finished.resolve();
    else this.#finished.reject(error);
  }

  /** Others' need of the name stays: whoever is installed under it later starts them. */
  #uninstall(node: Installed): void {
    this.#manifolds.delete(node.name);
    for (const input of node.inputs) {
      const dependents = this.#dependents.get(input);
      dependents?.delete(node.name);
      if (dependents?.size === 0) this.#dependents.delete(input);
    }
  }

  #running(name: string): InputSnapshot | undefined {
    const node = this.#manifolds.get(name);
    return node?.worker === undefined ? undefined : { worker: node.worker, manifold: node.manifold };
  }

  #filtered(node: Installed, error: unknown): unknown {
    if (node.manifold.filter === undefined) return error;
    try {
      return node.manifold.filter(error) ?? undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  /** Whether the error ends the engine; keeps the worst. A judge that throws ends the engine too. */
  #judge(node: Installed, error: unknown): boolean {
    try {
      if (!this.#config.isFatal(error)) return false;
      this.#log('error', node, `worker failed fatally: ${errorText(error)}`, error);
      this.#worst = this.#config.worstError(error, this.#worst) ?? undefined;
    } catch (thrown) {
      this.#failure ??= thrown;
    }
    return true;
  }

  /** The error that the engine ends with, as far as it is known. */
  #outcome(): unknown {
    if (this.#failure !== undefined) return this.#failure;
    try {
      return this.#config.filter(this.#worst) ?? undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  #killWorker(node: Installed, worker: Worker): void {
    try {
      worker.kill();
    } catch (thrown) {
      this.#log('error', node, `worker cannot be killed: ${errorText(thrown)}`, thrown);
    }
  }

  #recordStart(node: Installed): void {
    try {
      this.#config.metrics.recordStart(node.name);
    } catch (thrown) {
      this.#log('warn', node, `start not recorded: ${errorText(thrown)}`, thrown);
    }
  }

  /** A logger that throws must not leave an event half handled. */
  #log(level: 'debug' | 'info' | 'warn' | 'error', node: Installed, what: string, error?: unknown): void {
    const fields = { manifold: node.name, ...(error === undefined ? {} : { error: errorReport(error) }) };
    try {
      this.#config.logger[level](fields, `"${node.name}" manifold ${what}`);
    } catch {
      // There is nobody left to tell.
    }
  }

  #dependentsOf(input: string): Set<string> {
    const known = this.#dependents.get(input);
    if (known !== undefined) return known;
    const dependents = new Set<string>();
    this.#dependents.set(input, dependents);
    return dependents;
  }

  #each<T>(describe: (node: Installed) => T): Readonly<Record<string, T>> {
    return Object.fromEntries([...this.#manifolds].map(([name, node]) => [name, describe(node)]));
  }

  #isSettled(): boolean {
    if (this.#state !== 'started') return this.#state === 'stopped';
    return [...this.#manifolds.values()].every(isSettled);
  }

  #tellSettled(): void {
    if (this.#settling.size === 0 || !this.#isSettled()) return;
    for (const resolve of this.#settling) resolve();
  }
}

/** Back to stopped; the counts stay. */
function reset(node: Installed, error: unknown): void {
  node.starting = false;
  node.stopping = false;
  node.worker = undefined;
  node.life = undefined;
  node.startedAt = undefined;
  node.delay = undefined;
  node.error = error;
}

function calledOff(name: string): ApicallerError {
  return new ApicallerError(`"${name}" was told to stop`, { code: 'aborted', isRetryable: true });
}
