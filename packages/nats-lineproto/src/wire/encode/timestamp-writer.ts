import { type Precision, subsecondDigits } from '../precision.js';
import type { ByteWriter } from './byte-writer.js';

/** Why a time cannot be written: it has a fraction, or int64 nanoseconds do not hold it. */
export type TimeFault = 'fraction' | 'range';

/** Writes the timestamps of lines in their unit, and the end of the line behind them. */
export class TimestampWriter {
  readonly #writer: ByteWriter;
  /** Digits below the second. */
  readonly #digits: number;
  /** Nanoseconds of one unit; for seconds, of which no digit is below, 10^9. */
  readonly #unit: number;

  constructor(writer: ByteWriter, precision: Precision) {
    this.#writer = writer;
    this.#digits = subsecondDigits(precision);
    this.#unit = 10 ** (9 - this.#digits);
  }

  /** @returns why nothing has been written, if so. */
  write(seconds: number, nanoseconds: number): TimeFault | undefined {
    if (!Number.isInteger(seconds) || !(Number.isInteger(nanoseconds) && nanoseconds >= 0 && nanoseconds < 1e9)) {
      return 'fraction';
    }
    const isNegative = seconds < 0;
    const borrows = isNegative && nanoseconds > 0;
    const whole = isNegative ? -seconds - (borrows ? 1 : 0) : seconds;
    const nanos = borrows ? 1e9 - nanoseconds : nanoseconds;
    const limit = isNegative ? 854_775_808 : 854_775_807;
    if (whole > 9_223_372_036 || (whole === 9_223_372_036 && nanos > limit)) return 'range';
    const below = this.#unit === 1 ? nanos : Math.floor(nanos / this.#unit);
    this.#writer.writeTime(isNegative, whole, below, this.#digits);
    return undefined;
  }
}
