import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useImperativeHandle, useRef } from 'preact/hooks';
import { isPlainClick } from '../../routing/link.js';
import { Button } from '../button.js';
import { useIsNarrow } from '../use-media.js';
import { type Column, leastWidth, nextSorting, type Sorting } from './column.js';
import { useKeptScroll } from './use-kept-scroll.js';
import { TableRow } from './table-row.js';
import { useRowFocus } from './use-row-focus.js';
import { useRowWindow } from './use-row-window.js';
import './data-table.css';

/** Properties of {@link DataTable}. */
export interface DataTableProps<Row> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => number | string;
  /** How many there are in all, where not all are here; -1 where nobody knows. Default: as many as `rows`. */
  total?: number | undefined;
  sorting?: Sorting | undefined;
  onSort?: ((sorting: Sorting) => void) | undefined;
  /** Enter on a row, or a click on it. */
  onOpen?: ((row: Row) => void) | undefined;
  /** The end comes into sight: the place to read more. */
  onEnd?: (() => void) | undefined;
  /** Behind the last row: "loading", a failure with a button. */
  footer?: ComponentChildren;
  /** Pixels. Default 34. */
  rowHeight?: number | undefined;
  /** On a phone each row is a card of this height, laid out by `narrowClass`; without, the table scrolls sideways. */
  narrow?: { rowHeight: number; class: string } | undefined;
  /** A name under which the history keeps how far one has scrolled. */
  keepScrollAs?: string | undefined;
  handle?: RefObject<TableHandle> | undefined;
  /** Marks rows that need it: `is-gone`. */
  rowClass?: ((row: Row) => string | undefined) | undefined;
}

/** What one can do with a table from outside. */
export interface TableHandle {
  scrollToTop: () => void;
}

const headerHeight = 32;
/** The end is in sight so many rows before it. */
const rowsAhead = 20;

/**
 * A table of any length: only the rows in sight are in the document. One row has the focus: arrows, Page Up and Down, Home and End move
 * it, Enter opens it.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, sorting, onSort, onOpen, onEnd, footer, narrow, rowClass } = props;
  const isNarrow = useIsNarrow() && narrow !== undefined;
  const rowHeight = isNarrow ? narrow.rowHeight : (props.rowHeight ?? 34);
  const scroller = useRef<HTMLDivElement>(null);
  const initialOffset = useKeptScroll(scroller, props.keepScrollAs);
  const { first, end, isFarDown, scrollToIndex } = useRowWindow({
    scroller,
    count: rows.length,
    rowHeight,
    headerHeight: isNarrow ? 0 : headerHeight,
    initialOffset,
  });
  useEffect(() => {
    if (rows.length > 0 && end >= rows.length - rowsAhead) onEnd?.();
  }, [end, rows.length, onEnd]);

  const { active, focusRow, onKeyDown, onFocus } = useRowFocus({
    scroller,
    rows,
    rowHeight,
    scrollToIndex,
    onOpen,
  });

  const scrollToTop = () => {
    scroller.current?.scrollTo({ top: 0 });
    // So that the keys go on from there; the button that was pressed goes away.
    focusRow(0);
  };
  const onClick = (event: MouseEvent) => {
    const { target } = event;
    if (!(target instanceof Element) || target.closest('a, button, input') !== null) return;
    const isSelecting = window.getSelection()?.isCollapsed === false;
    const row = rows[Number(target.closest<HTMLElement>('[data-index]')?.dataset['index'])];
    if (row !== undefined && !isSelecting && isPlainClick(event)) onOpen?.(row);
  };
  const handle = useRef<TableHandle>(null);
  useImperativeHandle(props.handle ?? handle, () => ({ scrollToTop }));

  const total = props.total ?? rows.length;
  return (
    <div class="table-frame">
      <div
        ref={scroller}
        class={isNarrow ? `data-table is-narrow ${narrow.class}` : 'data-table'}
        role="grid"
        aria-label={label}
        aria-rowcount={total < 0 ? -1 : total + 1}
        aria-colcount={columns.length}
        style={{
          '--columns': columns.map(({ width }) => width).join(' '),
          '--least-width': leastWidth(columns),
          '--row-height': `${rowHeight}px`,
        }}
        onKeyDown={onKeyDown}
        onFocusIn={onFocus}
      >
        <div class="data-head" role="rowgroup">
          <div class="data-row" role="row" aria-rowindex={1}>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </div>
        </div>
        <div
          class="data-body"
          role="rowgroup"
          style={{ height: `${rows.length * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}
          onClick={onClick}
        >
          {rows.slice(first, end).map((row, place) => (
            <TableRow
              key={rowKey(row)}
              row={row}
              index={first + place}
              columns={columns}
              class={`data-row ${onOpen === undefined ? '' : 'is-link'} ${rowClass?.(row) ?? ''}`}
              isActive={first + place === active}
            />
          ))}
        </div>
        {footer === undefined ? null : <div class="data-foot">{footer}</div>}
      </div>
      {isFarDown ? (
        <Button class="table-to-top" onClick={scrollToTop}>
          ↑ Top
        </Button>
      ) : null}
    </div>
  );
}

function HeadCell<Row>({
  column,
  sorting,
  onSort,
}: {
  column: Column<Row>;
  sorting: Sorting | undefined;
  onSort: ((sorting: Sorting) => void) | undefined;
}) {
  const { id, header, align, sort } = column;
  const isSorted = sort !== undefined && sorting?.by === sort;
  const isAscending = sorting?.order === 'asc';
  const className = `data-cell cell-${id} ${align === 'end' ? 'is-end' : ''}`;
  return (
    <div
      role="columnheader"
      class={className}
      aria-sort={isSorted ? (isAscending ? 'ascending' : 'descending') : undefined}
    >
      {sort === undefined || onSort === undefined ? (
        <span>{header}</span>
      ) : (
        <button type="button" class="data-sort" onClick={() => onSort(nextSorting(column, sorting))}>
          {header}
          <span class="data-sort-mark" aria-hidden="true">
            {isSorted ? (isAscending ? '↑' : '↓') : '↕'}
          </span>
        </button>
      )}
    </div>
  );
}
