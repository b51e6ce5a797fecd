import { ApicallerError } from '../error.js';
import type { Manifold, StartContext } from './manifold.js';
import type { OutputKey } from './output-key.js';
import { ErrMissing } from './sentinels.js';
import type { Worker } from './worker.js';

/** One `get` of a start: what was asked for, and what came of it. */
export interface Resolution {
  /** The input's name. */
  readonly input: string;
  /** The key's name; absent where only the input's presence was asked for. */
  readonly output?: string;
  /** Why there was nothing; absent where there was something. */
  readonly error?: unknown;
}

/** An input as it was when the start was asked for. */
export interface InputSnapshot {
  readonly worker: Worker;
  readonly manifold: Manifold;
}

/** A start's context with the engine's end of it. */
export interface OpenStart {
  readonly context: StartContext;
  /** Everything got so far, in order. */
  readonly resolutions: readonly Resolution[];
  /** Ends the context's use. */
  expire(): void;
}

/**
 * @param snapshot every declared input, undefined for one that did not run. Taken when the start is asked for, not when
 * its delay is over (docs/engine.md §4.1).
 */
export function openStart(
  name: string,
  signal: AbortSignal,
  snapshot: ReadonlyMap<string, InputSnapshot | undefined>,
): OpenStart {
  const resolutions: Resolution[] = [];
  let isExpired = false;

  function find<T>(input: string, key: OutputKey<T> | undefined): T | undefined {
    if (!snapshot.has(input)) throw missing(input, 'not declared');
    const found = snapshot.get(input);
    if (found === undefined) throw missing(input, 'not running');
    if (key === undefined) return undefined;
    if (found.manifold.output === undefined) throw missing(input, 'not exposed');
    return found.manifold.output(found.worker, key);
  }

  function get(input: string): void;
  function get<T>(input: string, key: OutputKey<T>): T;
  function get<T>(input: string, key?: OutputKey<T>): T | undefined {
    if (isExpired) throw expired();
    const asked = { input, ...(key === undefined ? {} : { output: key.name }) };
    try {
      const value = find(input, key);
      resolutions.push(asked);
      return value;
    } catch (error) {
      resolutions.push({ ...asked, error });
      throw error;
    }
  }

  return {
    context: { name, signal, get },
    resolutions,
    expire: () => {
      isExpired = true;
    },
  };
}

function missing(input: string, why: string): ApicallerError {
  return new ApicallerError(`"${input}" ${why}: ${ErrMissing.message}`, {
    code: 'dependency_missing',
    cause: ErrMissing,
    isRetryable: true,
  });
}

function expired(): ApicallerError {
  return new ApicallerError('expired context: cannot be used outside Start func', {
    code: 'context_expired',
    hint: 'get what the worker needs before start returns',
  });
}
