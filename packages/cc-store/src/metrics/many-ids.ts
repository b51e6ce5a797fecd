import { type Compilable, type RawBuilder, sql } from 'kysely';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { SqlValue } from '../sql/driver.js';
import type { StoreDatabase } from '../database/store-database.js';

/** How many rows one statement can name. */
export const mostIds = 64;

/** A statement about rows with any of some ids, and what else it asks for. */
export interface IdsQuery<P, R> {
  /** The rows of one statement after the other, as many as the ids need. */
  pages(session: Session, ids: readonly number[], values: P): AsyncIterable<readonly R[]>;
  /** The rows of all. */
  all(session: Session, ids: readonly number[], values: P): Promise<R[]>;
  /** @returns how many rows were changed. */
  run(session: Session, ids: readonly number[], values: P): Promise<number>;
}

/**
 * Builds a statement in two forms: for one id, as folding often asks, and for up to {@link mostIds}.
 *
 * @param build uses `anyOf` behind `in`, and `p` as {@link prepare} has it.
 */
export function prepareForIds<P extends object, R>(
  db: StoreDatabase,
  build: (db: StoreDatabase, anyOf: RawBuilder<number>, p: Params<P>) => Compilable<R>,
): IdsQuery<P, R> {
  const [one, many] = [inForm(db, 1, build), inForm(db, mostIds, build)];
  function* statements(ids: readonly number[], values: P) {
    for (let start = 0; start < ids.length; start += mostIds) {
      const { query, size, names } = ids.length - start === 1 ? one : many;
      const bound: SqlValue[] = [];
      // Unused places ask for the id 0, which never is.
      for (let place = 0; place < size; place++) bound.push(ids[start + place] ?? 0);
      for (const name of names) bound.push(values[name] as SqlValue);
      yield { query, bound };
    }
  }
  async function* pages(session: Session, ids: readonly number[], values: P) {
    for (const { query, bound } of statements(ids, values)) yield await session.all(query, bound);
  }
  return {
    pages,
    async all(session, ids, values) {
      const rows: R[] = [];
      for await (const page of pages(session, ids, values)) for (const row of page) rows.push(row);
      return rows;
    },
    async run(session, ids, values) {
      let changed = 0;
      for (const { query, bound } of statements(ids, values)) changed += await session.run(query, bound);
      return changed;
    },
  };
}

/**
 * The values are a list: the ids, then the others by their names. An object with a member for each place would get a shape of its own each
 * time, which the engine keeps among what lives long: reading one job's series left 30 kB of that.
 */
function inForm<P extends object, R>(
  db: StoreDatabase,
  size: number,
  build: (db: StoreDatabase, anyOf: RawBuilder<number>, p: Params<P>) => Compilable<R>,
) {
  const names: (keyof P)[] = [];
  const query = prepare(db, (db, places: Params<readonly SqlValue[]>) => {
    const ids = Array.from({ length: size }, (_, place) => places[place]);
    const others = new Proxy({} as Params<P>, {
      get(_, name) {
        if (!names.includes(name as keyof P)) names.push(name as keyof P);
        return places[size + names.indexOf(name as keyof P)];
      },
    });
    return build(db, sql<number>`(${sql.join(ids)})`, others);
  });
  return { query, size, names };
}
