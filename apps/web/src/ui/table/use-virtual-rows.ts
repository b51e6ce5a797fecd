import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

/** What is to be laid out. */
export interface VirtualRowsOptions {
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement>;
  count: number;
  /** Pixels; all rows are of one height, so that nothing needs measuring and nothing jumps. */
  rowHeight: number;
  /** Pixels above the first row that the sticky header takes. */
  headerHeight: number;
  /** Where the scroller starts, pixels. */
  initialOffset: number;
  getKey: (index: number) => number | string;
}

/** The rows in sight and a few around them: as few elements for ten thousand rows as for fifty. */
export function useVirtualRows({
  scroller,
  count,
  rowHeight,
  headerHeight,
  initialOffset,
  getKey,
}: VirtualRowsOptions) {
  const [, redraw] = useReducer<number, undefined>((version) => version + 1, 0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: getKey,
    overscan: 8,
    initialOffset,
    scrollPaddingStart: headerHeight,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return virtualizer;
}
