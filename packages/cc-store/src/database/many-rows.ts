import type { Compilable } from 'kysely';
import { type Parameters as Params, prepare, type Query, type Session } from './query.js';
import type { SqlValue } from '../sql/driver.js';
import type { StoreDatabase } from './store-database.js';

/** A statement about rows of values, many at once. */
export interface RowsQuery<P, R> {
  /** @returns what it answers (`returning` too) of all of them, in no order. */
  all(session: Session, rows: readonly P[]): Promise<R[]>;
  /** For one that answers nothing. @returns how many rows were changed. */
  run(session: Session, rows: readonly P[]): Promise<number>;
}

/**
 * Builds a statement in several forms: for one row and for more. A call of the driver costs as much as several rows do.
 *
 * @param columns the members of a row that are bound. @param build gets the places of each row's values.
 */
export function prepareForRows<P extends { [K in keyof P]: SqlValue }, R>(
  db: StoreDatabase,
  columns: readonly (keyof P & string)[],
  build: (db: StoreDatabase, rows: readonly Params<P>[]) => Compilable<R>,
): RowsQuery<P, R> {
  const forms = new Map<number, Query<readonly SqlValue[], R>>();
  const formFor = (size: number) => {
    let form = forms.get(size);
    if (form === undefined) forms.set(size, (form = inForm(db, size, columns, build)));
    return form;
  };
  function* statements(rows: readonly P[]) {
    let done = 0;
    for (const size of sizes) {
      for (; rows.length - done >= size; done += size) {
        const values: SqlValue[] = [];
        for (let index = done; index < done + size; index++) {
          for (const column of columns) values.push((rows[index] as P)[column]);
        }
        yield { query: formFor(size), values };
      }
    }
  }
  return {
    async all(session, rows) {
      const answered: R[] = [];
      for (const { query, values } of statements(rows)) {
        for (const row of await session.all(query, values)) answered.push(row);
      }
      return answered;
    },
    async run(session, rows) {
      let changed = 0;
      for (const { query, values } of statements(rows)) changed += await session.run(query, values);
      return changed;
    },
  };
}

/**
 * Rows of one statement, each size built when it is first wanted. Even with a dozen values a row, no database has too few places for the
 * largest; and of what is left, a few statements take any number.
 */
const sizes = [64, 32, 16, 8, 4, 2, 1] as const;

/** The values are those of all rows, one row behind the other, each in the order of the columns. */
function inForm<P extends object, R>(
  db: StoreDatabase,
  size: number,
  columns: readonly (keyof P & string)[],
  build: (db: StoreDatabase, rows: readonly Params<P>[]) => Compilable<R>,
): Query<readonly SqlValue[], R> {
  return prepare(db, (db, p: Params<readonly SqlValue[]>) =>
    build(
      db,
      Array.from({ length: size }, (_, row) => {
        const places = columns.map((column, index) => [column, p[row * columns.length + index]]);
        return Object.fromEntries(places) as Params<P>;
      }),
    ),
  );
}
