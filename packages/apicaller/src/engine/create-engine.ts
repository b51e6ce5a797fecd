import { withDeadline } from '@moorline/core';
import { ApicallerError } from '../error.js';
import { calledOff } from './called-off.js';
import { type CheckedConfig, checkConfig, type EngineConfig } from './config.js';
import { deferred } from './deferred.js';
import type { Engine, SettledOptions } from './engine.js';
import { isInChain } from '../error-chain.js';
import { errorReport, errorText } from './error-text.js';
import type { EngineEvent } from './event.js';
import { type Installed, isActive, isSettled, isStopped } from './installed.js';
import { journal, type Journal } from './journal.js';
import { mailbox } from './mailbox.js';
import type { Manifold } from './manifold.js';
import { recentErrorsAfter } from './recent-errors.js';
import { Registry } from './registry.js';
import { type EngineReport, type EngineState, manifoldReport } from './report.js';
import { restartDelay } from './restart-delay.js';
import { runStart } from './run-start.js';
import { isErrBounce, isErrMissing, isErrUninstall } from './sentinels.js';
import { type EngineStatus, manifoldStatus } from './status.js';
import { refuseUnknownInputs, type ValidateOptions } from './validate.js';
import { Verdict } from './verdict.js';
import type { Worker } from './worker.js';

/**
 * Makes an engine and starts it, empty.
 *
 * @throws ApicallerError `invalid_config`.
 */
export function createEngine(config: EngineConfig): Engine {
  return new DependencyEngine(checkConfig(config));
}

class DependencyEngine implements Engine {
  readonly #config: CheckedConfig;
  readonly #verdict: Verdict;
  readonly #journal: Journal;
  readonly #registry = new Registry();
  readonly #events = mailbox<EngineEvent>(
    (event) => this.#handle(event),
    () => this.#tellSettled(),
  );
  readonly #finished = deferred();
  readonly #settling = new Set<() => void>();
  #state: EngineState = 'started';
  #isAsking = false;

  constructor(config: CheckedConfig) {
    this.#config = config;
    this.#verdict = new Verdict(config);
    this.#journal = journal(config.logger);
  }

  install(name: string, manifold: Manifold, options: ValidateOptions = {}): void {
    this.#refuseWhenStopping();
    this.#events.post({ kind: 'installed', node: this.#registry.add(name, manifold, options) });
  }

  installAll(manifolds: Readonly<Record<string, Manifold>>, options: ValidateOptions = {}): void {
    this.#refuseWhenStopping();
    const all = Object.entries(manifolds);
    if (options.unknownInputs === 'refuse') {
      const given = new Map(all.map(([name, { inputs = [] }]) => [name, inputs]));
      const inputsOf = (name: string) => given.get(name) ?? this.#registry.inputsOf(name);
      for (const [name] of all) refuseUnknownInputs(name, inputsOf);
    }
    for (const [name, manifold] of all) this.install(name, manifold);
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
    const error = this.#verdict.outcome();
    return {
      state: this.#state,
      ...(error === undefined ? {} : { error: errorText(error) }),
      manifolds: this.#each((node, ask) => manifoldReport(node, ask)),
    };
  }

  status(): EngineStatus {
    const error = this.#verdict.outcome();
    return {
      state: this.#state,
      ...(error === undefined ? {} : { error: errorReport(error) }),
      manifolds: this.#each((node, ask) => manifoldStatus(node, this.#registry.dependentsOf(node.name), ask)),
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

  /** docs/engine.md §4.1. */
  #start(node: Installed, baseDelayMs: number): void {
    if (this.#state !== 'started') return;
    const { clock } = this.#config;
    const delayMs = restartDelay(baseDelayMs, node.recentErrors, this.#config);
    const life = new AbortController();
    node.starting = true;
    node.error = undefined;
    node.life = life;
    node.startAttempts++;
    node.delay = delayMs === 0 ? undefined : { ms: delayMs, untilMs: clock.now() + delayMs };
    const snapshot = this.#registry.snapshot(node);
    void runStart({ node, life, snapshot, delayMs, clock }, (event) => this.#events.post(event));
  }

  /** docs/engine.md §4.2. */
  #up(node: Installed, worker: Worker): void {
    if (this.#state !== 'started' || node.stopping) {
      this.#journal('debug', node, 'worker no longer required');
      this.#killWorker(node, worker);
      return;
    }
    const { clock } = this.#config;
    node.starting = false;
    node.worker = worker;
    node.startCount++;
    node.startAttempts = 0;
    node.startedAt = { wallMs: clock.now(), monotonicMs: clock.monotonic() };
    this.#journal('debug', node, 'worker started');
    this.#recordStart(node);
    this.#bounceDependents(node);
  }

  /** docs/engine.md §4.3: the order of these steps is the rule. */
  #ended(node: Installed, life: AbortController, error: unknown): void {
    const isAborted = life.signal.aborted && isInChain(error, calledOff);
    const { startedAt, stopping: wasStopping } = node;
    const ranMs = startedAt === undefined ? undefined : this.#config.clock.monotonic() - startedAt.monotonicMs;
    node.recentErrors = recentErrorsAfter({ error, isAborted, ranMs }, node.recentErrors, this.#config.backoffResetMs);
    if (isAborted) node.startAttempts = 0;

    const outcome = this.#filtered(node, error);
    const isQuiet = outcome === undefined || (isAborted && outcome === error);
    const isFatal = !isQuiet && this.#verdict.isFatal(outcome);
    life.abort(calledOff);
    reset(node, isQuiet ? undefined : outcome);
    if (!isQuiet) node.lastError = { error: outcome, atMs: this.#config.clock.now() };

    if (isFatal) {
      this.#journal('error', node, `worker failed fatally: ${errorText(outcome)}`, outcome);
      this.#die();
    }
    if (this.#state !== 'started') {
      this.#finishIfAllStopped();
      return;
    }
    if (wasStopping) this.#restart(node);
    else if (!isQuiet) this.#recover(node, outcome);
    if (startedAt !== undefined) this.#bounceDependents(node);
  }

  /** What follows an end that was asked for because an input changed: however it ended, it starts anew. */
  #restart(node: Installed): void {
    const { error } = node;
    if (error !== undefined)
      this.#journal('debug', node, `worker failed when told to stop: ${errorText(error)}`, error);
    this.#start(node, this.#config.bounceDelayMs);
  }

  /** What follows an end that nobody asked for (docs/engine.md §4.4). */
  #recover(node: Installed, error: unknown): void {
    if (isErrMissing(error)) {
      this.#journal('debug', node, 'worker waits for its inputs', error);
    } else if (isErrBounce(error)) {
      this.#journal('debug', node, 'worker asked to be restarted', error);
      this.#start(node, this.#config.bounceDelayMs);
    } else if (isErrUninstall(error)) {
      this.#journal('debug', node, 'worker asked to be uninstalled', error);
      this.#registry.remove(node);
    } else {
      const text = errorText(error);
      const level = text.includes('try again') ? 'info' : 'error';
      this.#journal(level, node, `worker returned unexpected error: ${text}`, error);
      this.#start(node, this.#config.errorDelayMs);
    }
  }

  /** Dependents start anew, whatever they are doing: what they got from `node` is not what there is now. */
  #bounceDependents(node: Installed): void {
    for (const dependent of this.#registry.dependentsOf(node.name)) {
      if (isActive(dependent)) this.#stop(dependent);
      else this.#start(dependent, this.#config.bounceDelayMs);
    }
  }

  #stop(node: Installed): void {
    if (node.stopping) return;
    node.stopping = true;
    node.life?.abort(calledOff);
    if (node.worker !== undefined) this.#killWorker(node, node.worker);
  }

  #die(): void {
    if (this.#state !== 'started') return;
    this.#state = 'stopping';
    for (const node of this.#registry.all()) {
      if (isActive(node)) this.#stop(node);
    }
    this.#finishIfAllStopped();
  }

  #finishIfAllStopped(): void {
    if (this.#state !== 'stopping' || !this.#registry.every(isStopped)) return;
    this.#state = 'stopped';
    const error = this.#verdict.outcome();
    if (error === undefined) this.#finished.resolve();
    else this.#finished.reject(error);
  }

  #filtered(node: Installed, error: unknown): unknown {
    if (node.manifold.filter === undefined) return error;
    try {
      return node.manifold.filter(error) ?? undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  #killWorker(node: Installed, worker: Worker): void {
    try {
      worker.kill();
    } catch (thrown) {
      this.#journal('error', node, `worker cannot be killed: ${errorText(thrown)}`, thrown);
    }
  }

  #recordStart(node: Installed): void {
    try {
      this.#config.metrics.recordStart(node.name);
    } catch (thrown) {
      this.#journal('warn', node, `start not recorded: ${errorText(thrown)}`, thrown);
    }
  }

  /** A worker may tell of its engine: asked while the workers are being asked, they are not asked once more. */
  #each<T>(describe: (node: Installed, ask: boolean) => T): Readonly<Record<string, T>> {
    const ask = !this.#isAsking;
    this.#isAsking = true;
    try {
      return Object.fromEntries(this.#registry.all().map((node) => [node.name, describe(node, ask)]));
    } finally {
      this.#isAsking = !ask;
    }
  }

  #refuseWhenStopping(): void {
    if (this.#state !== 'started') throw new ApicallerError('engine is shutting down', { code: 'engine_stopping' });
  }

  #isSettled(): boolean {
    if (this.#state !== 'started') return this.#state === 'stopped';
    return this.#registry.every(isSettled);
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
