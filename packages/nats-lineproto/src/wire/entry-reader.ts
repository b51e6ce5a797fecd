import { LF } from './byte-classes.js';
import { EntryTape } from './entry-tape.js';
import { ExactScanner, type MeasurementFilter } from './exact-scanner.js';
import { splitNanoseconds, type SplitTime } from './exact-value.js';
import { type LineError, LineCounter } from './line-error.js';
import { type Precision, subsecondDigits, unitNanoseconds } from './precision.js';
import { scanRegularEntry } from './regular-scanner.js';

/** What all ways of decoding have in common. */
export interface DecodeOptions {
  /** Unit of the timestamps of the text. Default `ns`. */
  precision?: Precision | undefined;
  /**
   * Time of entries that have none: Unix nanoseconds, rounded down to the unit. Without it such entries have no time.
   */
  defaultTime?: bigint | undefined;
  /**
   * Also accept what the InfluxDB client for Go writes and the reference decoder refuses: a comma with no tag behind the
   * measurement (`start_job, event="…"`) and empty tag values (`partition=`). Default false.
   */
  tolerant?: boolean | undefined;
}

/** What the reader came upon; `incomplete` needs more bytes to be told from something else. */
export type ReadResult = 'entry' | 'error' | 'end' | 'incomplete';

/** Goes through bytes entry by entry: the regular scanner where it can, the exact scanner where it must. */
export class EntryReader {
  readonly tape = spareTape ?? new EntryTape();
  /** What is being read. */
  bytes: Uint8Array = noBytes;
  /** Offset behind the last entry. */
  pos = 0;
  /** The error, where the last result was `error`. */
  error: LineError | undefined;
  /** What stands in for a missing timestamp. */
  readonly defaultTime: SplitTime | undefined;

  readonly #precision: Precision;
  readonly #isTolerant: boolean;
  #exact: ExactScanner | undefined;
  readonly #subsecond: number;
  readonly #lines = new LineCounter();
  #view = noView;
  #end = 0;
  #isLast = true;

  constructor(options: DecodeOptions = {}) {
    const precision = options.precision ?? 'ns';
    spareTape = undefined;
    this.#precision = precision;
    this.#isTolerant = options.tolerant ?? false;
    this.#subsecond = subsecondDigits(precision);
    this.defaultTime =
      options.defaultTime === undefined ? undefined : splitNanoseconds(floorTo(options.defaultTime, precision));
  }

  /**
   * Reads `bytes[0, end)` from now on, from offset `pos`.
   *
   * @param isLast whether these are the last bytes of the input; if not, what touches their end is `incomplete`.
   */
  setInput(bytes: Uint8Array, end: number, isLast: boolean): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.tape.knownTagsLength = 0;
    this.tape.secondsAt = -1;
    this.#end = end;
    this.#isLast = isLast;
  }

  /** Forgets the bytes before {@link pos}: the next input begins there. */
  dropRead(): void {
    this.#lines.advance(this.bytes, this.pos);
    this.#lines.shift(this.pos);
    this.pos = 0;
  }

  /** @param filter see {@link ExactScanner.scan}; a refused entry is passed over, and so is what is wrong with it. */
  next(filter?: MeasurementFilter): ReadResult {
    for (;;) {
      if (this.pos === this.#end) return this.#isLast ? this.#finish() : 'incomplete';
      const behind = scanRegularEntry(this.tape, this.bytes, this.#view, this.pos, this.#end, this.#subsecond);
      if (behind < 0) {
        const result = this.#nextExact(filter);
        if (result !== undefined) return result;
      } else if (behind === this.#end && !this.#isLast && this.bytes[behind - 1] !== LF) {
        return 'incomplete';
      } else {
        this.pos = behind;
        if (filter === undefined || filter(this.tape)) return 'entry';
      }
    }
  }

  /** @returns undefined where an entry has been passed over. */
  #nextExact(filter: MeasurementFilter | undefined): ReadResult | undefined {
    const exact = (this.#exact ??= new ExactScanner(this.#precision, this.#isTolerant));
    const result = exact.scan(this.tape, this.bytes, this.pos, this.#end, filter);
    if (exact.hasReachedEnd && !this.#isLast) {
      this.pos = exact.lineStart;
      return 'incomplete';
    }
    this.pos = exact.pos;
    if (result === 'skipped') return undefined;
    if (result === 'error' && exact.fault !== undefined) this.error = this.#lines.locate(exact.fault, this.bytes);
    return result === 'end' ? this.#finish() : result;
  }

  /** Nobody reads the tape any more. */
  #finish(): 'end' {
    spareTape = this.tape;
    return 'end';
  }
}

/** Shared: making buffers takes longer than reading a short message. */
const noBytes: Uint8Array = new Uint8Array(0);
const noView: DataView = new DataView(noBytes.buffer);

/** The tape of a reader that has come to its end, for the next one: a short message costs less than a tape. */
let spareTape: EntryTape | undefined;

function floorTo(time: bigint, precision: Precision): bigint {
  const unit = unitNanoseconds(precision);
  const rest = time % unit;
  return time - (rest < 0n ? rest + unit : rest);
}
