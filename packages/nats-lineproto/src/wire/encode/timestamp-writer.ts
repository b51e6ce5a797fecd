import { LF, MINUS, SPACE } from '../byte-classes.js';
import { maxWholeSecond, type Precision, subsecondDigits } from '../precision.js';
import type { ByteWriter } from './byte-writer.js';
import { writeInteger, writeNine } from './decimal-digits.js';

/** Why a time cannot be written: it has a fraction, or int64 nanoseconds do not hold it. */
export type TimeFault = 'fraction' | 'range';

/** Bytes that a timestamp touches at most, with the space before it and the end of the line behind it. */
const maxTimeBytes = 32;

/** Writes the timestamps of lines in their unit, and the end of the line behind them. */
export class TimestampWriter {
  readonly #writer: ByteWriter;
  /** Digits below the second. */
  readonly #digits: number;
  /** The second of the line before, if it was a positive one; a space and its digits, and how many bytes these are. */
  #second = 0;
  readonly #secondText = new DataView(new ArrayBuffer(16));
  #secondLength = 0;

  constructor(writer: ByteWriter, precision: Precision) {
    this.#writer = writer;
    this.#digits = subsecondDigits(precision);
  }

  /** @returns why nothing has been written, if so. */
  write(seconds: number, nanoseconds: number): TimeFault | undefined {
    if (seconds !== this.#second || seconds === 0) return this.#writeOther(seconds, nanoseconds);
    if (!isBelowSecond(nanoseconds)) return 'fraction';
    const writer = this.#writer;
    writer.reserve(maxTimeBytes);
    const view = writer.view;
    const at = writer.length;
    view.setFloat64(at, this.#secondText.getFloat64(0, true), true);
    view.setFloat64(at + 8, this.#secondText.getFloat64(8, true), true);
    const end = writeBelow(view, at + this.#secondLength, nanoseconds, this.#digits);
    view.setUint8(end, 0x0a);
    writer.length = end + 1;
    return undefined;
  }

  /** A time of another second than that of the line before. */
  #writeOther(seconds: number, nanoseconds: number): TimeFault | undefined {
    if (!Number.isInteger(seconds) || !isBelowSecond(nanoseconds)) return 'fraction';
    if (seconds > 0 && seconds <= maxWholeSecond) {
      this.#keepSecond(seconds);
      return this.write(seconds, nanoseconds);
    }
    const isNegative = seconds < 0;
    const borrows = isNegative && nanoseconds > 0;
    const whole = isNegative ? -seconds - (borrows ? 1 : 0) : seconds;
    const nanos = borrows ? 1e9 - nanoseconds : nanoseconds;
    const limit = isNegative ? 854_775_808 : 854_775_807;
    if (whole > 9_223_372_036 || (whole === 9_223_372_036 && nanos > limit)) return 'range';
    const below = Math.floor(nanos / 10 ** (9 - this.#digits));
    const writer = this.#writer;
    writer.reserve(maxTimeBytes);
    const view = writer.view;
    let pos = writer.length;
    view.setUint8(pos++, SPACE);
    if (isNegative && (whole > 0 || below > 0)) view.setUint8(pos++, MINUS);
    if (whole > 0) pos = writeBelow(view, writeInteger(view, pos, whole), nanos, this.#digits);
    else pos = writeInteger(view, pos, below);
    view.setUint8(pos, LF);
    writer.length = pos + 1;
    return undefined;
  }

  #keepSecond(second: number): void {
    this.#second = second;
    this.#secondText.setUint8(0, SPACE);
    this.#secondLength = writeInteger(this.#secondText, 1, second);
  }
}

function isBelowSecond(nanoseconds: number): boolean {
  return (nanoseconds | 0) === nanoseconds && nanoseconds >= 0 && nanoseconds < 1e9;
}

/** Writes the digits below the second. @param digits how many: 0, 3, 6 or 9. @returns the offset behind them. */
function writeBelow(view: DataView, at: number, nanoseconds: number, digits: number): number {
  if (digits === 0) return at;
  writeNine(view, at, nanoseconds);
  return at + digits;
}
