/** Which rows are in the document: from `first` up to, but not including, `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** How a list of rows of one height lies in what scrolls. */
export interface RowLayout {
  /** How many rows there are. */
  count: number;
  /** Pixels; all rows are of one height, so that nothing needs measuring and nothing jumps. */
  rowHeight: number;
  /** Pixels of what scrolls; the sticky header takes some of them. */
  viewHeight: number;
  /** Pixels at the top of the view that the sticky header covers. */
  headerHeight: number;
}

/** Rows beyond either edge: there before a fast wheel brings them into sight. */
const around = 8;

/** The rows in sight and a few around them: as few for ten thousand as for fifty. @param scrollTop pixels. */
export function rowWindow({ count, rowHeight, viewHeight, headerHeight }: RowLayout, scrollTop: number): RowWindow {
  const inSight = Math.floor(scrollTop / rowHeight);
  const behind = Math.ceil((scrollTop + viewHeight - headerHeight) / rowHeight);
  const first = Math.min(Math.max(0, inSight - around), count);
  return { first, end: Math.min(Math.max(first, behind + around), count) };
}

/** Where to scroll so that a row is in sight, as near as that is; pixels. */
export function scrollTopFor(
  index: number,
  { rowHeight, viewHeight, headerHeight }: RowLayout,
  scrollTop: number,
): number {
  const top = index * rowHeight;
  const lowest = top + rowHeight - (viewHeight - headerHeight);
  return Math.min(top, Math.max(lowest, scrollTop));
}
