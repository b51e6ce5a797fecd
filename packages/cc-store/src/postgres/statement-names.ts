/** Names under which Postgres keeps statements prepared, one for each text. */
export class StatementNames {
  readonly #names = new Map<string, string>();

  /** @returns undefined for more texts than a connection should keep: such a statement is prepared each time. */
  of(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= mostStatements) return known;
    const name = `m${this.#names.size + 1}`;
    this.#names.set(sql, name);
    return name;
  }
}

/** Far more than the package has; a bound for questions of many shapes. */
const mostStatements = 512;
