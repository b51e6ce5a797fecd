import type { Driver, DriverDatabase, DriverStatement, SqlValue } from './driver.js';

/**
 * The driver, with rows that it hands over as lists of values, of which objects are made here: the driver sets the members of an
 * object one by one from outside of the engine, which costs more than to find the row. Blobs are `Uint8Array`s, not `ArrayBuffer`s.
 */
export function withListedRows(driver: Driver): Driver {
  return class extends driver implements DriverDatabase {
    override prepare(sql: string): DriverStatement {
      const statement = super.prepare(sql) as LibsqlStatement;
      return statement.reader ? new ListedRows(statement) : statement;
    }
  };
}

/** What libsql's `Statement` has beside what others use of it. */
interface LibsqlStatement extends DriverStatement {
  /** From then on each row is a list. Throws where the statement answers no rows. */
  raw(): unknown;
  columns(): readonly { name: string }[];
}

type Row = Record<string, unknown>;

class ListedRows implements DriverStatement {
  readonly reader = true;
  readonly #statement: LibsqlStatement;
  #names: readonly string[];

  constructor(statement: LibsqlStatement) {
    statement.raw();
    this.#statement = statement;
    this.#names = namesOf(statement);
  }

  run(parameters: readonly SqlValue[]): { changes: number; lastInsertRowid: number | bigint } {
    return this.#statement.run(parameters);
  }

  all(parameters: readonly SqlValue[]): Row[] {
    const rows: Row[] = [];
    for (const values of this.#statement.all(parameters)) rows.push(this.#row(values as unknown[]));
    return rows;
  }

  get(parameters: readonly SqlValue[]): Row | undefined {
    const values = this.#statement.get(parameters) as unknown[] | undefined;
    return values && this.#row(values);
  }

  #row(values: readonly unknown[]): Row {
    // `select *` of a table that was altered meanwhile.
    if (values.length !== this.#names.length) this.#names = namesOf(this.#statement);
    const row: Row = {};
    for (let index = 0; index < values.length; index++) row[this.#names[index] ?? ''] = values[index];
    return row;
  }
}

const namesOf = (statement: LibsqlStatement): string[] => statement.columns().map(({ name }) => name);
