import {
  type AliasedRawBuilder,
  type ColumnDefinitionBuilder,
  type Expression,
  type Kysely,
  PostgresAdapter,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Parameters } from './query.js';

/*
 * Everything in which SQLite and Postgres differ and the store cares, beside the types of columns, which `postgres/dialect.ts`
 * translates. What an author of SQL must heed is in docs/design.md §6.2.
 */

/** Which database the statements that `db` builds are for. */
export function isPostgres<T>(db: Kysely<T>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Whether there is such a table: where the connection makes its tables, whatever else the database has. */
export async function hasTable<T>(db: Kysely<T>, name: string): Promise<boolean> {
  const question = isPostgres(db)
    ? sql<{
        found: number;
      }>`select count(*) as found from pg_tables where schemaname = current_schema() and tablename = ${name}`
    : sql<{ found: number }>`select count(*) as found from sqlite_master where type = 'table' and name = ${name}`;
  const { rows } = await question.execute(db);
  return rows[0]?.found === 1;
}

/** A row number that the database gives and never gives again. */
export const rowNumber = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
  column.primaryKey().autoIncrement();

/** Bytes. */
export const bytesType = 'blob';

/** Numbers of many rows as one text with commas; null where there is no row. */
export const listOf = (number: Expression<number>): RawBuilder<string | null> =>
  sql<string | null>`string_agg(cast(${number} as text), ',')`;

/**
 * Rows of places as a table, to ask or to write of each of them in one statement. The columns are the members of the rows.
 *
 * @param types what will stand in each column: nothing else in such a table tells Postgres.
 */
export function tableOf<R extends object, Name extends string>(
  rows: readonly Parameters<R>[],
  types: { readonly [K in keyof R]: 'bigint' | 'text' },
  name: Name,
): AliasedRawBuilder<R, Name> {
  const columns = Object.keys(rows[0] ?? types) as (keyof R & string)[];
  // A list of values names its columns otherwise in each database, if they are not to be column1 and so on.
  const named = columns.map((column, index) => sql`${sql.ref(`column${index + 1}`)} as ${sql.ref(column)}`);
  const values = rows.map((row) => {
    const places = columns.map((column) => sql`cast(${row[column]} as ${sql.raw(types[column])})`);
    return sql`(${sql.join(places)})`;
  });
  return sql<R>`(select ${sql.join(named)} from (values ${sql.join(values)}) as listed)`.as(name);
}

/** JSON texts of many rows as one text with an array of them: one row to fetch, not thousands. Neither database looks into the texts. */
export const jsonArrayOf = (text: Expression<string>): RawBuilder<string> =>
  sql<string>`'[' || string_agg(${text}, ',') || ']'`;
