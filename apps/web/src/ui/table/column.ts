import type { ComponentChildren } from 'preact';

/** A column of a {@link DataTable}. */
export interface Column<Row> {
  id: string;
  header: string;
  /** Its track of the grid, with a fixed least width: `8rem`, `minmax(10rem, 2fr)`. */
  width: string;
  /** What a cell shows. */
  cell: (row: Row) => ComponentChildren;
  /** What people or programs chose as a name, whole: shown where one points at the cell, which runs in the name's own direction. */
  name?: ((row: Row) => string) | undefined;
  /** What the cell is in a CSV file; in plain units, so that numbers stay numbers. */
  value: (row: Row) => string | number | undefined;
  /** What its cells show is never wider than they are: they need not be cut off, which is work in each frame that scrolls. */
  fits?: boolean | undefined;
  /** Numbers stand at the end. Default `start`. */
  align?: 'start' | 'end' | undefined;
  /** What `onSort` is told; absent = the table cannot be sorted by this column. */
  sort?: string | undefined;
  /** The direction of the first click. Default `asc`. */
  firstOrder?: Order | undefined;
}

export type Order = 'asc' | 'desc';

/** How a table is sorted. */
export interface Sorting {
  by: string;
  order: Order;
}

/** What all columns together need, as a CSS length: rows of one width, so that their tracks agree whatever is in them. */
export function leastWidth(columns: readonly Pick<Column<never>, 'width'>[]): string {
  return `calc(${columns.map(({ width }) => /^minmax\(([^,]+),/.exec(width)?.[1] ?? width).join(' + ')})`;
}

/** The sorting after a click on a column's head: its own direction first, then the other one. */
export function nextSorting({ sort = '', firstOrder = 'asc' }: Column<never>, now: Sorting | undefined): Sorting {
  if (now?.by !== sort) return { by: sort, order: firstOrder };
  return { by: sort, order: now.order === 'asc' ? 'desc' : 'asc' };
}
