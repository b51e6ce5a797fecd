/** The part of an entry in which the decoder found a fault. */
export type LineErrorKind = 'measurement' | 'tag' | 'field' | 'time';

/** What the decoder yields for an entry that it cannot read (docs/protocol.md §3). It is a value, not thrown. */
export interface LineError {
  readonly type: 'error';
  readonly kind: LineErrorKind;
  /** From 1; counts the line feeds from the start of the input. */
  readonly line: number;
  /** From 1, in bytes; counted from the first byte of the measurement, or of the line where the entry spans several. */
  readonly column: number;
  /** What was wrong, in the words of the reference decoder. */
  readonly reason: string;
  /** `at line L:C: reason`. */
  readonly text: string;
  /** Whether a number or a timestamp was well-formed but beyond its type's range. */
  readonly isOutOfRange: boolean;
}

/** A fault before its position has been turned into line and column. */
export interface Fault {
  readonly kind: LineErrorKind;
  /** Offset of the byte that the error names. */
  readonly offset: number;
  /** Offset from which the columns of the entry's first line count. */
  readonly entryStart: number;
  readonly reason: string;
  readonly isOutOfRange: boolean;
}

/** Turns offsets into lines and columns: counts line feeds as far as it is asked to, each once. */
export class LineCounter {
  #line = 1;
  #counted = 0;
  #lineStart = 0;

  locate(fault: Fault, bytes: Uint8Array): LineError {
    this.advance(bytes, fault.offset);
    const line = this.#line;
    const column = fault.offset - Math.max(fault.entryStart, this.#lineStart) + 1;
    const { kind, reason, isOutOfRange } = fault;
    return { type: 'error', kind, line, column, reason, text: `at line ${line}:${column}: ${reason}`, isOutOfRange };
  }

  /** Counts up to `offset`. */
  advance(bytes: Uint8Array, offset: number): void {
    while (this.#counted < offset) {
      const next = bytes.indexOf(0x0a, this.#counted);
      if (next < 0 || next >= offset) break;
      this.#line++;
      this.#lineStart = next + 1;
      this.#counted = next + 1;
    }
    this.#counted = Math.max(this.#counted, offset);
  }

  /** The bytes before `offset`, which have been counted, are gone: later offsets count from there. */
  shift(offset: number): void {
    this.#counted -= offset;
    this.#lineStart -= offset;
  }
}
