import type { Clock } from '@moorline/core';
import { RpcError } from '../wire/rpc-error.js';
import { defaultMaxValueBytes } from '../wire/value-splitter.js';

/** Options of every client. */
export interface ClientOptions {
  /**
   * Kinds of resources that v8 and later let through, in small letters. Default: those of every Flux since 1.1.
   * {@link kindsOfFlux1_25} is the list of the last one. v6 and v7 handle `service` alone.
   */
  supportedKinds?: readonly string[] | undefined;
  /**
   * Whether null from a v6 daemon is an empty list, or no bytes: Go daemons send it so. Default true; with false it is
   * fatal, as for a Go client.
   */
  lenientNullResult?: boolean | undefined;
  /**
   * Milliseconds, ≥ 0, after which a call without an answer is fatal for the connection. Default 0: never, as in every
   * Flux client.
   */
  fatalTimeoutMs?: number | undefined;
  /** Calls that may be unanswered at once, abandoned ones included; ≥ 1. Default 10,000. */
  maxCalls?: number | undefined;
  /** Largest JSON value that is taken, bytes. Default 64 MiB. */
  maxValueBytes?: number | undefined;
  clock?: Clock | undefined;
}

/** Options of every call. */
export interface CallOptions {
  /**
   * Rejects the call at once with the signal's reason. The daemon is not told, and goes on: its late answer is dropped.
   */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds, ≥ 0, for the whole call, however many requests it takes. It rejects with a `TimeoutError`, and the
   * connection goes on. Default 0: none.
   */
  timeoutMs?: number | undefined;
}

/** @throws RpcError `invalid_option` for a number that is none or below `least`. */
export function checkNumber(name: string, value: number | undefined, least: number): void {
  if (value === undefined || value >= least) return;
  throw new RpcError(`${name} is ${value}, and must be at least ${least}`, { code: 'invalid_option' });
}

export function checkClientOptions({ fatalTimeoutMs, maxCalls, maxValueBytes }: ClientOptions): void {
  checkNumber('fatalTimeoutMs', fatalTimeoutMs, 0);
  checkNumber('maxCalls', maxCalls, 1);
  checkNumber('maxValueBytes', maxValueBytes, 1);
  // What does not fit a typed array cannot be put together.
  if ((maxValueBytes ?? defaultMaxValueBytes) > 2 ** 32) {
    throw new RpcError(`maxValueBytes is ${maxValueBytes}, and must be at most ${2 ** 32}`, { code: 'invalid_option' });
  }
}
