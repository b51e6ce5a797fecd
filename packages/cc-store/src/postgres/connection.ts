import type { Client, QueryConfig } from 'pg';
import { StoreError } from '../errors.js';
import type { SqlRow } from '../sql/connection.js';
import type { SqlValue } from '../sql/driver.js';
import type { PostgresDriver } from './driver.js';
import { toStoreError } from './errors.js';
import { StatementNames } from './statement-names.js';
import type { Target } from './target.js';
import { toParameters } from './values.js';

/** What a statement answered. */
export interface Answer {
  rows: SqlRow[];
  /** Rows that it changed. */
  changes: number;
  /** `COMMIT`, `INSERT` …. */
  command: string;
}

/**
 * One connection, which {@link PostgresConnection.connect} makes anew after it was lost; nothing else does, so that what belongs
 * to one transaction never runs on two. Statements are sent without waiting for the answers of earlier ones, and answered in their
 * order. Errors are {@link StoreError}s.
 */
export class PostgresConnection {
  readonly target: Target;
  readonly #driver: PostgresDriver;
  readonly #names = new StatementNames();
  #client: Promise<Client> | undefined;
  #isOpen = true;
  #number = 0;

  constructor(driver: PostgresDriver, target: Target) {
    this.#driver = driver;
    this.target = target;
  }

  /** Counts connections: another number is another connection, and what the one before held (transaction, locks) is gone. */
  get number(): number {
    return this.#number;
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  /** @throws StoreError `connection_lost`, `database_refused`, `store_closed`. */
  async connect(): Promise<void> {
    if (!this.#isOpen) throw this.#closed();
    const client = (this.#client ??= this.#connect());
    try {
      await client;
    } catch (error) {
      this.#forget(client);
      throw error;
    }
  }

  async query(sql: string, values: readonly SqlValue[]): Promise<Answer> {
    const parameters = toParameters(values);
    return this.#run(sql, { name: this.#names.of(sql), text: sql, values: parameters });
  }

  /** Runs statements without parameters. @returns what the last answered. */
  async exec(sql: string): Promise<Answer> {
    return this.#run(sql, { text: sql });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false;
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
  }

  async #run(sql: string, query: QueryConfig): Promise<Answer> {
    if (!this.#isOpen) throw this.#closed();
    try {
      if (this.#client === undefined) throw new Error('the connection was lost');
      const client = await this.#client;
      const timed = { ...query, query_timeout: answerWithinMs };
      const results = await client.query(timed);
      const result = Array.isArray(results) ? (results.at(-1) as typeof results) : results;
      return { rows: result.rows as SqlRow[], changes: result.rowCount ?? 0, command: result.command };
    } catch (error) {
      throw toStoreError(error, sql.length > 120 ? `${sql.slice(0, 120)}…` : sql, this.target.name);
    }
  }

  async #connect(): Promise<Client> {
    this.#number += 1;
    const client = new this.#driver.Client({ ...this.target.config, pipeline: true });
    const number = this.#number;
    const lose = (): void => {
      if (number === this.#number) this.#client = undefined;
    };
    client.on('error', lose);
    client.on('end', lose);
    try {
      await client.connect();
      return client;
    } catch (error) {
      throw toStoreError(error, 'connecting', this.target.name);
    }
  }

  #forget(client: Promise<Client>): void {
    if (this.#client === client) this.#client = undefined;
  }

  #closed(): StoreError {
    return new StoreError(`${this.target.name} is closed`, { code: 'store_closed' });
  }
}

/** Milliseconds. A connection that stays silent longer is one whose other end is gone. */
const answerWithinMs = 60_000;
