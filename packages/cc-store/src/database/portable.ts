import {
  type ColumnDefinitionBuilder,
  type Expression,
  type Kysely,
  PostgresAdapter,
  type RawBuilder,
  sql,
} from 'kysely';

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

/** JSON texts of many rows as one text with an array of them: one row to fetch, not thousands. Neither database looks into the texts. */
export const jsonArrayOf = (text: Expression<string>): RawBuilder<string> =>
  sql<string>`'[' || string_agg(${text}, ',') || ']'`;
