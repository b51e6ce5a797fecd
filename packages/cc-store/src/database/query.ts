import { type Compilable, type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Connection } from '../sql/connection.js';
import type { SqlValue } from '../sql/driver.js';
import type { StoreDatabase } from './store-database.js';

/** A statement that Kysely built and compiled once: running it costs no more than bare SQL. */
export interface Query<P, R> {
  readonly sql: string;
  /** Either the name of a parameter or a constant that the statement was built with. */
  readonly slots: readonly (Slot<P> | SqlValue)[];
  /** Only for the type of the rows. */
  readonly rows?: R;
}

/** The parameters of a statement while it is being built: each stands where its value will. */
export type Parameters<P> = { readonly [K in keyof P]: RawBuilder<P[K]> };

/** The place of a named parameter. */
class Slot<P> {
  constructor(readonly name: keyof P) {}
}

/**
 * Builds a statement once.
 *
 * @param build uses `p.name` wherever the value called `name` belongs.
 */
export function prepare<P extends object, R>(
  db: StoreDatabase,
  build: (db: StoreDatabase, p: Parameters<P>) => Compilable<R>,
): Query<P, R> {
  const places = new Proxy({} as Parameters<P>, {
    get: (_, name) => sql`${new Slot<P>(name as keyof P)}`,
  });
  const compiled: CompiledQuery = build(db, places).compile();
  return { sql: compiled.sql, slots: compiled.parameters as readonly (Slot<P> | SqlValue)[] };
}

/** The values of a statement's parameters, in the order in which they stand. */
export function bind<P>(query: Query<P, unknown>, values: P): SqlValue[] {
  const bound: SqlValue[] = [];
  for (const slot of query.slots) bound.push(slot instanceof Slot ? (values[slot.name] as SqlValue) : slot);
  return bound;
}

/** What runs statements: a connection inside a transaction, or a reading one. Asynchronous, as a database over a network is. */
export interface Session {
  /** The rows of a query, or those that `returning` answers. */
  all<P, R>(query: Query<P, R>, values: P): Promise<R[]>;
  first<P, R>(query: Query<P, R>, values: P): Promise<R | undefined>;
  /** @returns the number of rows that were changed. */
  run<P>(query: Query<P, unknown>, values: P): Promise<number>;
}

/** A {@link Session} on a libsql connection. */
export function libsqlSession(connection: Connection): Session {
  return {
    all: async <P, R>(query: Query<P, R>, values: P) => connection.all(query.sql, bind(query, values)) as R[],
    first: async <P, R>(query: Query<P, R>, values: P) =>
      connection.first(query.sql, bind(query, values)) as R | undefined,
    run: async (query, values) => connection.run(query.sql, bind(query, values)),
  };
}
