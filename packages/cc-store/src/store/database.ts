import type { RemoteChanges } from '../changes/change-feed.js';
import type { Change } from '../changes/change.js';
import type { Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { Transactions } from '../sql/transactions.js';

/** An open database, whichever it is, with this version's tables. */
export interface OpenDatabase {
  /** Builds statements. */
  readonly db: StoreDatabase;
  readonly transactions: Transactions;
  /** Sees what was committed, hence every answered write and no unanswered one. */
  readonly reading: Session;
  /** Inside the transaction that the commit queue has open. */
  readonly writing: Session;
  /** A second connection that writes, where other servers write at the same time. */
  readonly folding?: { transactions: Transactions; session: Session } | undefined;
  /** What other servers write, and telling them in a transaction of its own; absent where there are none. */
  readonly others?: (RemoteChanges & { announce(changes: readonly Change[]): Promise<void> }) | undefined;
  /** Statements that read, since it was opened. */
  readonly reads: number;
  /** Milliseconds inside the driver while reading. */
  readonly readMs: number;
  /** Bytes on the disk, without the write-ahead log. */
  bytes(): Promise<number>;
  /** What the database itself finds wrong with its files: one sentence for each fault. */
  faults(): Promise<string[]>;
  close(): Promise<void>;
}
