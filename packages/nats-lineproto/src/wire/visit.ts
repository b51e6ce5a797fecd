import { type DecodeOptions, EntryReader } from './entry-reader.js';
import { EntryView } from './entry-view.js';
import type { LineError } from './line-error.js';

/** Who is shown the entries of a text, one after the other. */
export interface EntryVisitor {
  /**
   * Asked as soon as the measurement is known: false passes over the entry and whatever is wrong with the rest of it
   * (a comma without a tag behind the measurement still counts as the measurement's fault).
   * Absent = every entry is wanted.
   */
  wants?(entry: EntryView): boolean;
  /** An entry that is well-formed. Returning false ends the visit. */
  entry(entry: EntryView): unknown;
  /**
   * An entry that is not; `entry` shows what was read of it before the fault. Returning false ends the visit. Absent =
   * faulty entries are passed over.
   */
  error?(error: LineError, entry: EntryView): unknown;
}

/**
 * Shows each entry of `bytes` to `visitor` in place, without making an object for it: for readers who need a few values
 * of many lines. Never throws by itself, whatever the bytes.
 */
export function visit(bytes: Uint8Array, visitor: EntryVisitor, options: DecodeOptions = {}): void {
  const reader = new EntryReader(options);
  const view = new EntryView(reader);
  reader.setInput(bytes, bytes.length, true);
  view.setInput(bytes, bytes.length);
  const filter = visitor.wants === undefined ? undefined : (): boolean => visitor.wants?.(view) ?? true;
  for (;;) {
    const result = reader.next(filter);
    if (result === 'entry') {
      if (visitor.entry(view) === false) return;
    } else if (result === 'error' && reader.error !== undefined) {
      if (visitor.error?.(reader.error, view) === false) return;
    } else {
      return;
    }
  }
}
