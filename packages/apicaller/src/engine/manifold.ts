import { ApicallerError } from '../error.js';
import type { Output, OutputKey } from './output-key.js';
import type { Worker } from './worker.js';

/**
 * How to make one worker and what it needs. The engine starts it when it is installed and whenever an input changes
 * (docs/engine.md §1.2).
 *
 * Written with {@link manifold}, which adds types; this is the plain form that the engine holds.
 */
export interface Manifold {
  /** Names of the manifolds that `start` may get from. They need not be installed yet. Default none. */
  readonly inputs?: readonly string[] | undefined;
  /** Makes the worker. Throws or rejects where it cannot; what follows then depends on the error (docs/engine.md §4.4). */
  start(context: StartContext): Worker | Promise<Worker>;
  /**
   * What `worker`, made by this manifold's `start`, offers under `key`. Where it is absent, dependents may only ask
   * whether the worker runs.
   *
   * @throws where there is no such thing.
   */
  output?<T>(worker: Worker, key: OutputKey<T>): T;
  /**
   * Sees each error with which `start` or the worker ended (undefined for a good end) and gives the one that counts: it
   * translates a worker's own errors into {@link ErrBounce}, a fatal error, or nothing (undefined). Must not throw.
   */
  filter?(error: unknown): unknown;
}

/** What `start` is given. */
export interface StartContext<Name extends string = string> {
  /** The name under which the manifold is installed. */
  readonly name: string;
  /**
   * Aborted when this start is no longer wanted, when the worker made by it is told to stop, and at the latest when that
   * worker has ended. A rejection with its reason is a good end.
   */
  readonly signal: AbortSignal;
  /**
   * What the running worker of the input `name` offers under `key`; without `key`, only asks that the worker runs.
   * Usable until `start` has settled.
   *
   * @throws ApicallerError `dependency_missing` where `name` is no input, does not run, or offers nothing; let it pass
   * through, and the manifold is started again when the input appears. `context_expired` after `start` has settled.
   * What the input's manifold says where it does not know the key (`output_unknown`).
   */
  get(name: Name): void;
  get<T>(name: Name, key: OutputKey<T>): T;
}

/** A {@link Manifold} as {@link manifold} takes it: names of inputs and the worker's type are checked. */
export interface ManifoldDefinition<Names extends readonly string[], W extends Worker> {
  /** Names of the manifolds that `start` may get from. They need not be installed yet. Default none. */
  readonly inputs?: Names | undefined;
  /** Makes the worker; see {@link Manifold.start}. */
  start(context: StartContext<Names[number]>): W | Promise<W>;
  /** What a worker made by `start` offers, each under its key: `[spoolKey.provide(worker.output)]`. Asked at each get. */
  outputs?: ((worker: W) => readonly Output[]) | undefined;
  /** See {@link Manifold.filter}. */
  filter?: ((error: unknown) => unknown) | undefined;
}

/**
 * Writes a manifold, with types from its keys to its workers.
 *
 * ```ts
 * const spoolKey = outputKey<Spool>('spool');
 *
 * const spool = manifold({
 *   inputs: ['settings'],
 *   async start(context) {
 *     const { file } = context.get('settings', settingsKey);
 *     const spool = await openSpool(file, { signal: context.signal });
 *     return valueWorker(spool, { close: () => spool.close() });
 *   },
 *   outputs: (worker) => [spoolKey.provide(worker.output)],
 * });
 * ```
 */
export function manifold<const Names extends readonly string[] = readonly [], W extends Worker = Worker>(
  definition: ManifoldDefinition<Names, W>,
): Manifold {
  const { inputs, outputs, filter } = definition;
  const own = new WeakMap<Worker, W>();
  return {
    ...(inputs === undefined ? {} : { inputs }),
    async start(context) {
      const worker = await definition.start(context);
      if (typeof worker === 'object' && worker !== null) own.set(worker, worker);
      return worker;
    },
    ...(outputs === undefined ? {} : { output: (worker, key) => select(own.get(worker), outputs, key) }),
    ...(filter === undefined ? {} : { filter }),
  };
}

function select<T, W extends Worker>(
  worker: W | undefined,
  outputs: (worker: W) => readonly Output[],
  key: OutputKey<T>,
): T {
  if (worker === undefined) {
    throw new ApicallerError('in should be a worker that this manifold started', { code: 'worker_unknown' });
  }
  const offered = outputs(worker);
  for (const output of offered) {
    const box = key.read(output);
    if (box !== undefined) return box.value;
  }
  const names = offered.map((output) => `"${output.name}"`).join(' or ');
  throw new ApicallerError(`out should be ${names === '' ? 'nothing' : names}; got "${key.name}"`, {
    code: 'output_unknown',
    hint: 'get with a key that the manifold provides; keys are told apart by identity, not by name',
  });
}
