import type { Change } from '../changes/change.js';
import { StoreError, isStoreError, type StoreErrorCode } from '../errors.js';
import { nextTurn } from '../next-turn.js';
import { type GroupedWrite, runBeside, runInTurn } from './steps.js';
import type { Transactions } from './transactions.js';
import { runAlone, type Work } from './work.js';

/** Counts of a {@link CommitQueue}. */
export interface CommitStats {
  /** Transactions that were committed. */
  commits: number;
  /** Writes that those transactions held. */
  writes: number;
  /** Milliseconds from the begin of each transaction to the end of its commit. */
  busyMs: number;
}

/** What the writes of a group touch; undefined: anything. */
export type Touched = ReadonlySet<string> | undefined;

/** Options of {@link CommitQueue}. */
export interface CommitQueueOptions {
  /** Milliseconds, monotonic. */
  now: () => number;
  /** The code of the error that a write after {@link CommitQueue.close} gets. Default `store_closed`. */
  closedCode?: StoreErrorCode;
  /** Told when a group is done, with or without success, before its writes are answered. */
  onDone?: (touched: Touched) => void;
  /** Where the changes go that writes name. Default: nowhere. */
  changes?: ChangeSink;
}

/** Takes what was committed. */
export interface ChangeSink {
  /** False: nobody wants to know, and no changes are made out. */
  readonly isWanted: boolean;
  /** Told once the group is durable, before its writes are answered. */
  publish(changes: readonly Change[]): void;
}

/** What a write that returned `value` changed. Asked once the write ran, when somebody wants to know; perhaps more than once. */
export type ChangesOf<T> = (value: T) => readonly Change[];

interface Pending extends GroupedWrite {
  changesOf: ChangesOf<unknown> | undefined;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** How a write ended: to be answered once its transaction is durable. */
interface Outcome {
  write: Pending;
  isKept: boolean;
  /** What it returned, or what it threw. */
  value: unknown;
}

/**
 * Group commit: what a few turns of the event loop bring goes into one transaction, and is answered after its one fsync.
 *
 * A write that throws takes back only itself, what it cannot read included. When the commit itself fails, or the file turns out to be
 * damaged, none of the group's writes happened and each is told so.
 *
 * At first all run without more ado, those of one kind together, and over a network those that touch nothing in common at the same time
 * (docs/design.md §1.2, §6.3). When one of them fails, the transaction is taken back, and each runs again alone in a savepoint. So a
 * `work` may run more than once: what it changes outside of the database belongs after the write is answered.
 */
export class CommitQueue {
  readonly #transactions: Transactions;
  readonly #closedCode: StoreErrorCode;
  #pending: Pending[] = [];
  /** How often something came: writes, and what joined them. */
  #arrived = 0;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #stats: CommitStats = { commits: 0, writes: 0, busyMs: 0 };
  readonly #now: () => number;
  readonly #onDone: (touched: Touched) => void;
  readonly #changes: ChangeSink;

  constructor(transactions: Transactions, options: CommitQueueOptions) {
    const { now, closedCode = 'store_closed', onDone = () => {}, changes = nobody } = options;
    this.#transactions = transactions;
    this.#now = now;
    this.#closedCode = closedCode;
    this.#onDone = onDone;
    this.#changes = changes;
  }

  get stats(): CommitStats {
    return { ...this.#stats };
  }

  /**
   * Runs `work` inside the next group's transaction.
   *
   * @param touches names of what it reads and writes, where that is little: what touches none of it may run at the same time or in
   * another order, writes of other servers too. Absent: anything, and it runs while no other server writes.
   * @param changesOf what of it others may want to know.
   * @returns what `work` returned, once it is durable.
   * @throws what `work` threw, or the {@link StoreError} of the commit.
   */
  write<T, Item = never>(work: Work<T, Item>, touches?: readonly string[], changesOf?: ChangesOf<T>): Promise<T> {
    if (this.#isClosed) {
      return Promise.reject(new StoreError(`${this.#transactions.path} is closed`, { code: this.#closedCode }));
    }
    this.#arrived += 1;
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({
        work: work as Work<unknown, unknown>,
        touches,
        changesOf: changesOf as ChangesOf<unknown> | undefined,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#running ??= this.#drain();
    });
  }

  /** To be told when a queued write takes more along than it was queued with: whoever sent that may be one of many. */
  joined(): void {
    this.#arrived += 1;
  }

  /** Refuses new writes, finishes those that are queued. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const most = this.#transactions.isRemote ? longestRemoteGroup : longestGroup;
      await this.#gather(most);
      await this.#commit(this.#pending.splice(0, most));
    }
    this.#running = undefined;
  }

  /**
   * Waits for the end of the turn, and on while turns bring more: whoever was just answered may be about to write again. Without that,
   * clients that wait for their answers fall into two halves that take turns, each with an fsync of its own. One client is not held up.
   */
  async #gather(most: number): Promise<void> {
    for (let turns = 0; turns < mostTurns; turns++) {
      const before = this.#arrived;
      await nextTurn();
      if (this.#arrived === before || this.#pending.length >= most) return;
    }
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    const startedAt = this.#now();
    const touched = touchedBy(group);
    let done: Done;
    try {
      done = await this.#repeated(group, touched);
    } catch (error) {
      for (const pending of group) pending.reject(error);
      return;
    } finally {
      this.#stats.busyMs += this.#now() - startedAt;
      this.#onDone(touched);
    }
    this.#stats.commits += 1;
    this.#stats.writes += group.length;
    if (done.changes.length > 0) this.#changes.publish(done.changes);
    for (const { write, isKept, value } of done.outcomes) {
      if (isKept) write.resolve(value);
      else write.reject(value);
    }
  }

  async #repeated(group: readonly Pending[], touched: Touched): Promise<Done> {
    let isTogether = true;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transaction(touched, () => this.#run(group, isTogether));
      } catch (error) {
        const isRepeated = this.#transactions.isWorthRepeating(error);
        // One of many failed, and took the others along: with savepoints it fails alone.
        const isParted = isTogether && group.length > 1 && !isFinal(error);
        if (attempt === mostAttempts || !(isRepeated || isParted)) throw error;
        isTogether &&= isRepeated;
      }
    }
  }

  async #run(group: readonly Pending[], isTogether: boolean): Promise<Outcome[]> {
    if (!isTogether) return this.#oneByOne(group);
    const values = await (this.#transactions.isRemote ? runBeside(group) : runInTurn(group));
    return group.map((write, index) => ({ write, isKept: true, value: values[index] }));
  }

  async #transaction(touched: Touched, run: () => Promise<Outcome[]>): Promise<Done> {
    try {
      await this.#transactions.begin(touched);
      const outcomes = await run();
      const changes = this.#changes.isWanted ? changesOfAll(outcomes) : noChanges;
      await this.#transactions.commit(changes);
      return { outcomes, changes };
    } catch (error) {
      try {
        await this.#transactions.rollback();
      } catch {
        // The failure that led here is the one to report; an unfinished transaction is discarded with its connection.
      }
      throw error;
    }
  }

  /** Each with a savepoint of its own. */
  async #oneByOne(group: readonly Pending[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const write of group) outcomes.push(await this.#one(write));
    return outcomes;
  }

  /** @throws only what ended the whole transaction. */
  async #one(write: Pending): Promise<Outcome> {
    await this.#transactions.savepoint();
    try {
      const value = await runAlone(write.work);
      await this.#transactions.release();
      return { write, isKept: true, value };
    } catch (error) {
      // A full disk or a failed read may have rolled back everything before us: SQLite says so by leaving the transaction.
      if (!this.#transactions.inTransaction || this.#transactions.isWorthRepeating(error)) throw error;
      if (this.#transactions.isDamaged(error)) throw error;
      await this.#transactions.rollbackToSavepoint();
      return { write, isKept: false, value: error };
    }
  }
}

/** A group that was committed. */
interface Done {
  outcomes: readonly Outcome[];
  changes: readonly Change[];
}

function changesOfAll(outcomes: readonly Outcome[]): readonly Change[] {
  return outcomes.flatMap(({ write, isKept, value }) => (isKept ? (write.changesOf?.(value) ?? noChanges) : noChanges));
}

const noChanges: readonly Change[] = [];
const nobody: ChangeSink = { isWanted: false, publish: () => {} };

/** A bound on how long one transaction holds the event loop. */
const longestGroup = 512;
/** A bound on the locks that one transaction takes: Postgres has room for 64 for each connection that it allows. */
const longestRemoteGroup = 128;
/** A bound on how long a write waits for others. */
const mostTurns = 4;
/** How often a group is tried whose transaction met another one, or lost its connection before the commit. */
const mostAttempts = 5;

/** What may not be run again: it may be there already, or nobody can be asked. */
function isFinal(error: unknown): boolean {
  return isStoreError(error) && (error.code === 'outcome_unknown' || error.code === 'connection_lost');
}

function touchedBy(group: readonly Pending[]): Touched {
  const touched = new Set<string>();
  for (const { touches } of group) {
    if (touches === undefined) return undefined;
    for (const name of touches) touched.add(name);
  }
  return touched;
}
