/**
 * `(high × 10^lowDigits + low) / 10^decimals` as the double nearest to it, for numbers of 16 to 18 digits, which collectors
 * write most of the time and which no double holds before the division. Several times faster than `Number(text)`.
 *
 * The numerator is kept as the sum of two doubles, the remainder of the first division is computed exactly (Dekker's
 * product), and the correction that follows from it decides the rounding.
 *
 * @param high below 10^15: an integer that a double holds.
 * @param low below 10^`lowDigits`.
 * @param lowDigits 1 to 9.
 * @param decimals 0 to 22: a power of ten that a double holds.
 * @returns NaN where the correction lies too near to the middle between two doubles to be sure: `Number(text)` knows.
 */
export function divideLongDecimal(high: number, low: number, lowDigits: number, decimals: number): number {
  const factor = powersOfTen[lowDigits] ?? NaN;
  const divisor = powersOfTen[decimals] ?? NaN;
  const numerator = high * factor + low;
  // Its last 32 bits, modulo 2^32, tell exactly how far the rounded numerator is off.
  const rest = (Math.imul(high, factor) + low - (numerator | 0)) | 0;
  if (decimals === 0) return NaN;

  const quotient = numerator / divisor;
  const product = quotient * divisor;
  const quotientHigh = topHalf(quotient);
  const quotientLow = quotient - quotientHigh;
  const divisorHigh = topHalf(divisor);
  const divisorLow = divisor - divisorHigh;
  const lost =
    quotientHigh * divisorHigh -
    product +
    quotientHigh * divisorLow +
    quotientLow * divisorHigh +
    quotientLow * divisorLow;
  const correction = (numerator - product - lost + rest) / divisor;
  const result = quotient + correction * below;
  return result === quotient + correction * above ? result : NaN;
}

/** Wider than the error of the correction, which is a few times 2^-53 of it. */
const above = 1 + 2 ** -45;
const below = 1 - 2 ** -45;
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** The upper 26 bits of the significand. */
function topHalf(value: number): number {
  const scaled = value * 134_217_729;
  return scaled - (scaled - value);
}
