import { Component } from 'preact';
import type { Column } from './column.js';

/** Properties of {@link TableRow}. */
export interface TableRowProps<Row> {
  row: Row;
  /** Its place among all rows. */
  index: number;
  columns: readonly Column<Row>[];
  class: string;
  /** The one that the Tab key leads to. */
  isActive: boolean;
}

/** A row that is rendered again only where it is another one: a table that scrolls has new rows at one edge, and all others stay. */
export class TableRow<Row> extends Component<TableRowProps<Row>> {
  override shouldComponentUpdate({ row, index, columns, class: className, isActive }: TableRowProps<Row>): boolean {
    const { props } = this;
    return (
      row !== props.row ||
      index !== props.index ||
      columns !== props.columns ||
      className !== props.class ||
      isActive !== props.isActive
    );
  }

  override render({ row, index, columns, class: className, isActive }: TableRowProps<Row>) {
    return (
      <div
        class={className}
        role="row"
        // The first one is the header's.
        aria-rowindex={index + 2}
        data-index={index}
        tabIndex={isActive ? 0 : -1}
      >
        {columns.map(({ id, align, fits, cell, name }) => (
          <div
            key={id}
            role="gridcell"
            class={`data-cell cell-${id} ${align === 'end' ? 'is-end' : ''} ${fits === true ? 'is-whole' : ''}`}
            dir={name === undefined ? undefined : 'auto'}
            title={name?.(row)}
          >
            {cell(row)}
          </div>
        ))}
      </div>
    );
  }
}
