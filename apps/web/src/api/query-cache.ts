import { effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import { backoffDelay, type Clock, type Timer } from '@moorline/core';
import type { Connection } from './connection.js';

/** What is known of an answer. Where there is `data` it is shown, whatever else holds. */
export interface QueryState<T> {
  /** The last answer, also while it is read again and after that failed. */
  data: T | undefined;
  /** Why the last attempt failed; undefined after one that did not. */
  error: unknown;
  isFetching: boolean;
  /** Unix milliseconds at which `data` was read. */
  updatedAt: number | undefined;
}

/** One answer of the server, shared by all that show it. */
export interface Query<T> {
  state: ReadonlySignal<QueryState<T>>;
  /** Keeps the answer up to date until the returned function is called; without users, what is on its way is aborted. */
  use(load: Load<T>): () => void;
  /** Reads it again: now, or a second after the last time where events come thick and fast. */
  refetch(): void;
  /** Changes the answer at hand, as a live event tells. */
  update(change: (data: T) => T): void;
}

export type Load<T> = (signal: AbortSignal) => Promise<T>;

/** Options of {@link QueryCache}. */
export interface QueryCacheOptions {
  clock: Clock;
  connection: Connection;
  /** Whether a failure means that the server could not be reached, so that it is tried again by itself. */
  isOutage: (error: unknown) => boolean;
  /** Told of each other failure. */
  onFailure?: ((error: unknown) => void) | undefined;
}

/** Answers that nobody shows any more are kept for the way back, so many of them. */
const keptUnused = 40;
/** Milliseconds from one reading to the next that an event asks for. */
const refetchAfterMs = 1000;
const retryDelays = { minDelayMs: 500, maxDelayMs: 15_000 };

/** The server's answers by key: read once for all who show them, kept through an outage, read again after it. */
export class QueryCache {
  readonly #options: QueryCacheOptions;
  readonly #entries = new Map<string, Entry<unknown>>();

  constructor(options: QueryCacheOptions) {
    this.#options = options;
    effect(() => {
      if (options.connection.state.value === 'online') untracked(() => this.#retryFailed());
    });
  }

  /** @param key names the answer: the same key, the same type and answer. */
  query<T>(key: string): Query<T> {
    const known = this.#entries.get(key);
    if (known === undefined) this.#forgetUnused();
    const entry = known ?? new Entry<unknown>(this.#options);
    // The last one asked for is the last one forgotten.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry as Query<unknown> as Query<T>;
  }

  /** Reads again what is shown under keys that match; what is not shown is forgotten. */
  refetch(matches: (key: string) => boolean = () => true): void {
    for (const [key, entry] of [...this.#entries]) {
      if (!matches(key)) continue;
      if (entry.isUsed) entry.refetch();
      else this.#entries.delete(key);
    }
  }

  /** Forgets everything: somebody else signs in. */
  clear(): void {
    for (const [key, entry] of [...this.#entries]) if (!entry.isUsed) this.#entries.delete(key);
  }

  #retryFailed(): void {
    for (const entry of this.#entries.values()) entry.retryAfterOutage();
  }

  #forgetUnused(): void {
    const unused = [...this.#entries].filter(([, entry]) => !entry.isUsed);
    for (const [key] of unused.slice(0, Math.max(0, unused.length - keptUnused))) this.#entries.delete(key);
  }
}

class Entry<T> implements Query<T> {
  readonly state: Signal<QueryState<T>> = signal({
    data: undefined,
    error: undefined,
    isFetching: false,
    updatedAt: undefined,
  });
  readonly #options: QueryCacheOptions;
  #load: Load<T> | undefined;
  #users = 0;
  #attempt = 0;
  #startedAt = -Infinity;
  #isDirty = false;
  #timer: Timer | undefined;
  #fetching: AbortController | undefined;

  constructor(options: QueryCacheOptions) {
    this.#options = options;
  }

  get isUsed(): boolean {
    return this.#users > 0;
  }

  use(load: Load<T>): () => void {
    this.#load = load;
    if (this.#users++ === 0) this.#fetch();
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      if (--this.#users === 0) this.#stop();
    };
  }

  refetch(): void {
    this.#isDirty = true;
    if (!this.isUsed || this.#fetching !== undefined) return;
    const waitMs = this.#startedAt + refetchAfterMs - this.#options.clock.monotonic();
    if (waitMs <= 0) this.#fetch();
    else this.#timer ??= this.#fetchAfter(waitMs);
  }

  update(change: (data: T) => T): void {
    const state = this.state.peek();
    if (state.data !== undefined) this.state.value = { ...state, data: change(state.data) };
  }

  retryAfterOutage(): void {
    const { error } = this.state.peek();
    if (this.isUsed && this.#fetching === undefined && error !== undefined && this.#options.isOutage(error))
      this.#fetch();
  }

  #fetch(): void {
    const load = this.#load;
    if (load === undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isDirty = false;
    this.#startedAt = this.#options.clock.monotonic();
    const controller = new AbortController();
    this.#fetching = controller;
    this.state.value = { ...this.state.peek(), isFetching: true };
    load(controller.signal).then(
      (data) => this.#settle(controller, () => this.#succeed(data)),
      (error: unknown) => this.#settle(controller, () => this.#fail(error)),
    );
  }

  /** What was aborted meanwhile says nothing any more. */
  #settle(controller: AbortController, apply: () => void): void {
    if (this.#fetching !== controller) return;
    this.#fetching = undefined;
    apply();
    if (this.#isDirty) this.refetch();
  }

  #succeed(data: T): void {
    this.#attempt = 0;
    this.state.value = { data, error: undefined, isFetching: false, updatedAt: this.#options.clock.now() };
    this.#options.connection.answered();
  }

  #fail(error: unknown): void {
    const { connection, isOutage, onFailure } = this.#options;
    this.state.value = { ...this.state.peek(), error, isFetching: false };
    if (isOutage(error)) {
      connection.failed();
      this.#isDirty = false;
      this.#timer = this.#fetchAfter(backoffDelay(++this.#attempt, retryDelays));
      return;
    }
    connection.answered();
    onFailure?.(error);
  }

  #fetchAfter(delayMs: number): Timer {
    return this.#options.clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#fetch();
    });
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#fetching?.abort();
    this.#fetching = undefined;
    this.state.value = { ...this.state.peek(), isFetching: false };
  }
}
