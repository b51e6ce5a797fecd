import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** What moves the focus among rows of which only a few are in the document. */
export interface RowFocusOptions<Row> {
  scroller: RefObject<HTMLElement>;
  rows: readonly Row[];
  rowHeight: number;
  scrollToIndex: (index: number) => void;
  onOpen: ((row: Row) => void) | undefined;
}

/** One row can have the focus; the keys of a list move it. */
export function useRowFocus<Row>({ scroller, rows, rowHeight, scrollToIndex, onOpen }: RowFocusOptions<Row>) {
  const [active, setActive] = useState(0);
  /** A row that is to get the focus once it is in the document. */
  const wanted = useRef<number | undefined>(undefined);
  const focusWanted = (): void => {
    if (wanted.current === undefined) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (element === null || element === undefined) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  };
  useLayoutEffect(focusWanted);

  const focusRow = (index: number): void => {
    wanted.current = index;
    setActive(index);
    focusWanted();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target, key } = event;
    // Not while the focus is on a button or field inside of a row.
    if (!(target instanceof HTMLElement) || target.dataset['index'] === undefined) return;
    const index = Number(target.dataset['index']);
    const row = rows[index];
    if (key === 'Enter' && row !== undefined) {
      event.preventDefault();
      onOpen?.(row);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const next = movedIndex(key, index, { count: rows.length, page });
    if (next === undefined) return;
    event.preventDefault();
    scrollToIndex(next);
    focusRow(next);
  };
  const onFocus = (event: FocusEvent): void => {
    const { target } = event;
    if (target instanceof HTMLElement && target.dataset['index'] !== undefined)
      setActive(Number(target.dataset['index']));
  };
  return { active, focusRow, onKeyDown, onFocus };
}

/** The row that a key leads to from another; undefined for keys that move nothing. */
export function movedIndex(
  key: string,
  index: number,
  { count, page }: { count: number; page: number },
): number | undefined {
  const steps: Record<string, number> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -page,
    PageDown: page,
    Home: -count,
    End: count,
  };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return step === undefined ? undefined : Math.min(count - 1, Math.max(0, index + step));
}
