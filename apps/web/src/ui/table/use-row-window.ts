import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { type RowLayout, type RowWindow, rowWindow, scrollTopFor } from './row-window.js';

/** What is to be laid out. */
export interface RowWindowOptions extends Omit<RowLayout, 'viewHeight'> {
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement>;
  /** Where the scroller starts, pixels. */
  initialOffset: number;
}

/** The rows that a table has in the document, as one scrolls. */
export interface ScrolledRows extends RowWindow {
  /** Two screens and more from the top. */
  isFarDown: boolean;
  scrollToIndex: (index: number) => void;
}

/** Follows a scroller; the table is rendered again only where other rows come into sight. */
export function useRowWindow({ scroller, initialOffset, ...layout }: RowWindowOptions): ScrolledRows {
  const [, render] = useReducer<number, undefined>((version) => version + 1, 0);
  // A window's height is more than it will be, so that the first time all rows that are in sight are there.
  const view = useRef({ scrollTop: initialOffset, viewHeight: window.innerHeight });
  const rowsNow = (): Omit<ScrolledRows, 'scrollToIndex'> => {
    const { scrollTop, viewHeight } = view.current;
    return { ...rowWindow({ ...layout, viewHeight }, scrollTop), isFarDown: scrollTop > 2 * viewHeight };
  };
  const shown = rowsNow();
  const onChange = useRef((): void => undefined);
  onChange.current = () => {
    const { first, end, isFarDown } = rowsNow();
    if (first !== shown.first || end !== shown.end || isFarDown !== shown.isFarDown) render(undefined);
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    if (initialOffset > 0) element.scrollTop = initialOffset;
    const read = () => {
      view.current = { scrollTop: element.scrollTop, viewHeight: element.clientHeight };
      onChange.current();
    };
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [scroller]);

  return {
    ...shown,
    scrollToIndex(index) {
      const { current: element } = scroller;
      if (element === null) return;
      const { scrollTop, clientHeight: viewHeight } = element;
      element.scrollTop = scrollTopFor(index, { ...layout, viewHeight }, scrollTop);
    },
  };
}
