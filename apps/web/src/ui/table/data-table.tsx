import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useImperativeHandle, useRef } from 'preact/hooks';
import { isPlainClick } from '../../routing/link.js';
import { Button } from '../button.js';
import { useIsNarrow } from '../use-media.js';
import { type Column, leastWidth, nextSorting, type Sorting } from './column.js';
import { useKeptScroll } from './use-kept-scroll.js';
import { useRowFocus } from './use-row-focus.js';
import { useVirtualRows } from './use-virtual-rows.js';
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
  const virtual = useVirtualRows({
    scroller,
    count: rows.length,
    rowHeight,
    headerHeight: isNarrow ? 0 : headerHeight,
    initialOffset,
    getKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - rowsAhead) onEnd?.();
  }, [lastShown, rows.length, onEnd]);
  const { active, focusRow, onKeyDown, onFocus } = useRowFocus({
    scroller,
    rows,
    rowHeight,
    scrollToIndex: (index) => virtual.scrollToIndex(index),
    onOpen,
  });

  const scrollToTop = () => {
    scroller.current?.scrollTo({ top: 0 });
    // So that the keys go on from there; the button that was pressed goes away.
    focusRow(0);
  };
  const handle = useRef<TableHandle>(null);
  useImperativeHandle(props.handle ?? handle, () => ({ scrollToTop }));

  const total = props.total ?? rows.length;
  const isFarDown = (virtual.scrollOffset ?? 0) > 2 * (virtual.scrollRect?.height ?? Infinity);
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
        <div class="data-body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={key}
                class={`data-row ${onOpen === undefined ? '' : 'is-link'} ${rowClass?.(row) ?? ''}`}
                role="row"
                aria-rowindex={index + 2}
                data-index={index}
                tabIndex={index === active ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onClick={(event) => {
                  const isOnControl =
                    event.target instanceof Element && event.target.closest('a, button, input') !== null;
                  const isSelecting = window.getSelection()?.isCollapsed === false;
                  if (!isOnControl && !isSelecting && isPlainClick(event)) onOpen?.(row);
                }}
              >
                {columns.map(({ id, align, cell }) => (
                  <div key={id} role="gridcell" class={`data-cell cell-${id} ${align === 'end' ? 'is-end' : ''}`}>
                    {cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
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
