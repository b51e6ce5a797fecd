import type { Pool } from 'pg';
import { bind, type Query, type Session } from '../database/query.js';
import { isStoreError, StoreError } from '../errors.js';
import type { SqlRow } from '../sql/connection.js';
import type { Answer, PostgresConnection } from './connection.js';
import { toStoreError } from './errors.js';
import { StatementNames } from './statement-names.js';
import type { Target } from './target.js';
import { toParameters } from './values.js';

/** A {@link Session} on one connection: what it runs belongs to the transaction that is open there. */
export function connectionSession(connection: PostgresConnection): Session {
  return sessionOf((query, values) => connection.query(query.sql, values));
}

/** A {@link Session} that reads what is committed, each statement on a connection of its own. */
export function poolSession(pool: Pool, target: Target, onQuery: (ms: number) => void, now: () => number): Session {
  const names = new StatementNames();
  const ask = async ({ sql }: Query<never, unknown>, values: unknown[]): Promise<Answer> => {
    if (pool.ending) throw new StoreError(`${target.name} is closed`, { code: 'store_closed' });
    const startedAt = now();
    try {
      const result = await pool.query({ name: names.of(sql), text: sql, values });
      return { rows: result.rows as SqlRow[], changes: result.rowCount ?? 0, command: result.command };
    } catch (error) {
      throw toStoreError(error, sql.length > 120 ? `${sql.slice(0, 120)}…` : sql, target.name);
    } finally {
      onQuery(now() - startedAt);
    }
  };
  return sessionOf(async (query, values) => {
    const parameters = toParameters(values);
    try {
      return await ask(query, parameters);
    } catch (error) {
      // A connection that died in the pool shows itself when it is used, and reading twice does no harm.
      if (isStoreError(error) && error.code === 'connection_lost') return ask(query, parameters);
      throw error;
    }
  });
}

function sessionOf(run: (query: Query<never, unknown>, values: ReturnType<typeof bind>) => Promise<Answer>): Session {
  const ask = <P, R>(query: Query<P, R>, values: P) => run(query as Query<never, unknown>, bind(query, values));
  return {
    all: async <P, R>(query: Query<P, R>, values: P) => (await ask(query, values)).rows as R[],
    first: async <P, R>(query: Query<P, R>, values: P) => (await ask(query, values)).rows[0] as R | undefined,
    run: async (query, values) => (await ask(query, values)).changes,
  };
}
