/**
 * A text that a caller chose, as a column of any database can hold it.
 *
 * libsql gives a text back only up to its first NUL, Postgres takes none that has one, and half of a surrogate pair is no
 * UTF-8. Such a text is kept as JSON, which escapes both, behind a code point that is no character. Every other one is kept
 * as it is, so that equal texts are equal columns.
 */
export function toColumn(text: string): string {
  return unkeepable.test(text) ? mark + JSON.stringify(text) : text;
}

/** What {@link toColumn} was given. */
export function fromColumn(column: string): string {
  return column.startsWith(mark) ? (JSON.parse(column.slice(mark.length)) as string) : column;
}

const mark = '\uffff';
const unkeepable = /^\uffff|[\0\ud800-\udfff]/u;
