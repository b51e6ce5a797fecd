import { EntryReader } from './entry-reader.js';

/** Where an entry lies in a text: offsets of its first byte and behind its last. */
export interface EntryRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text where its entries end, never inside of one, not even at the raw line feeds of a string. Comments and blank
 * lines go with the entry behind them; what cannot be read is a piece of its own. The pieces follow each other without a
 * gap, but what is behind the last entry is left out.
 */
export function splitEntries(bytes: Uint8Array): EntryRange[] {
  const reader = new EntryReader();
  reader.setInput(bytes, bytes.length, true);
  const ranges: EntryRange[] = [];
  for (let start = 0; reader.next() !== 'end'; start = reader.pos) ranges.push({ start, end: reader.pos });
  return ranges;
}
