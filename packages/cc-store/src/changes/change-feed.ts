import type { Logger } from '@moorline/core';
import type { Change } from './change.js';

/** Told of what one commit brought, in the order in which it was written. It must not throw, and is not waited for. */
export type ChangeListener = (changes: readonly Change[]) => void;

/** One listener's subscription. */
export interface ChangeSubscription {
  /**
   * Resolves when every change that is committed from now on will be told: at once in a file; on Postgres when the connection listens,
   * which may take as long as the database is away. Never rejects.
   */
  readonly ready: Promise<void>;
  /** Ends it; idempotent. The listener is told nothing more. */
  close(): void;
}

/** What is written to the store, as it is committed: by this process and, on Postgres, by any other. */
export interface Changes {
  /**
   * @param listener gets a `reset` first when changes may have been missed, as after a connection was lost.
   */
  subscribe(listener: ChangeListener): ChangeSubscription;
}

/** Where changes of other processes come from. */
export interface RemoteChanges {
  /** Begins to listen. @param publish told of what others wrote. @returns when it listens. */
  open(publish: ChangeListener): Promise<void>;
  /** Ends what {@link open} began. */
  close(): Promise<void>;
}

/** The feed of this process: what the store publishes goes to whoever subscribed. */
export class ChangeFeed implements Changes {
  readonly #listeners = new Set<ChangeListener>();
  readonly #remote: RemoteChanges | undefined;
  readonly #logger: Logger;
  #opened: Promise<void> = Promise.resolve();

  /** @param remote absent where no other process writes. It is open while somebody listens. */
  constructor(logger: Logger, remote?: RemoteChanges) {
    this.#logger = logger;
    this.#remote = remote;
  }

  /** Whether anybody may want to know: a listener here, or in another process. */
  get isWanted(): boolean {
    return this.#listeners.size > 0 || this.#remote !== undefined;
  }

  subscribe(listener: ChangeListener): ChangeSubscription {
    // Apart from other subscriptions of the same function.
    const own: ChangeListener = (changes) => listener(changes);
    this.#listeners.add(own);
    if (this.#listeners.size === 1) {
      this.#opened = this.#remote?.open((changes) => this.publish(changes)) ?? Promise.resolve();
    }
    return {
      ready: this.#opened,
      close: () => {
        if (this.#listeners.delete(own) && this.#listeners.size === 0) void this.#remote?.close();
      },
    };
  }

  publish(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener for changes failed');
      }
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#remote?.close();
  }
}
