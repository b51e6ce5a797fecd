import type { Change } from '../changes/change.js';

/** One connection that writes, as the group commit uses it. */
export interface Transactions {
  /** The file, or the database without its password: for messages. */
  readonly path: string;
  /** False once a failure ended the transaction, or took the connection. */
  readonly inTransaction: boolean;
  /** Where each statement is a way over a network: writes that touch nothing in common are then on their way together. */
  readonly isRemote: boolean;
  /**
   * Begins a transaction.
   *
   * @param touches what the group's writes touch, each once; undefined: anything, so that no other group of any server may run.
   */
  begin(touches: ReadonlySet<string> | undefined): void | Promise<void>;
  /** @param changes what other processes are told when it is committed, and not before. */
  commit(changes: readonly Change[]): void | Promise<void>;
  /** Takes back everything since the begin; does nothing outside of a transaction. */
  rollback(): void | Promise<void>;
  savepoint(): void | Promise<void>;
  /** Keeps what was done since the savepoint. */
  release(): void | Promise<void>;
  /** Takes back what was done since the savepoint. */
  rollbackToSavepoint(): void | Promise<void>;
  /** Whether this failure says that the file is damaged below its tables, so that nothing of the group may be answered as kept. */
  isDamaged(error: unknown): boolean;
  /** Whether a whole transaction that failed so may succeed when it is run again at once. */
  isWorthRepeating(error: unknown): boolean;
}
