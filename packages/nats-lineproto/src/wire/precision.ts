/** The unit of the timestamps of a text: nanoseconds, microseconds, milliseconds or seconds. */
export type Precision = 'ns' | 'us' | 'ms' | 's';

/** How many decimal digits of a timestamp lie below the second. */
export function subsecondDigits(precision: Precision): number {
  switch (precision) {
    case 'ns':
      return 9;
    case 'us':
      return 6;
    case 'ms':
      return 3;
    case 's':
      return 0;
  }
}

/** The largest whole second that int64 nanoseconds hold in full, and its negative. */
export const maxWholeSecond = 9_223_372_035;
export const minNanoseconds = -(2n ** 63n);
export const maxNanoseconds = 2n ** 63n - 1n;

/** Nanoseconds of one unit. */
export function unitNanoseconds(precision: Precision): bigint {
  return 10n ** BigInt(9 - subsecondDigits(precision));
}
