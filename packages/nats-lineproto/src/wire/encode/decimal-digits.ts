/**
 * Decimal digits, three at a time: what 0 to 999 look like stands in tables, as 32 bits that are written with the lowest byte
 * first. The fourth byte is a number, which the three digits that follow overwrite, or what comes behind them.
 */

/** Three digits, zeros in front; in the fourth byte how many of them are left without the zeros at the end. */
const padded = threeDigits((text) => [text, text.replace(/0+$/, '').length]);
/** Without zeros in front; in the fourth byte how many digits they are. */
const plain = threeDigits((text) => {
  const digits = text.replace(/^0{1,2}/, '');
  return [digits, digits.length];
});

/**
 * Writes an integer from 0 to 2^53 − 1 in decimal, without leading zeros.
 *
 * @returns the offset behind it: `at` + 16 at most. Up to three bytes behind it are touched.
 */
export function writeInteger(view: DataView, at: number, value: number): number {
  if (value < 1000) return writePlain(view, at, value | 0);
  if (value < 1e9) {
    const integer = value | 0;
    const thousands = (integer / 1000) | 0;
    const last = integer - thousands * 1000;
    if (integer < 1e6) return writeThree(view, writePlain(view, at, thousands), last);
    const millions = (thousands / 1000) | 0;
    return writeThree(view, writeThree(view, writePlain(view, at, millions), thousands - millions * 1000), last);
  }
  const billions = Math.floor(value / 1e9);
  return writeNine(view, writeInteger(view, at, billions), value - billions * 1e9);
}

/** Writes an integer below 10^9 as nine digits. @returns the offset behind it; the byte there is touched. */
export function writeNine(view: DataView, at: number, value: number): number {
  const integer = value | 0;
  const thousands = (integer / 1000) | 0;
  const millions = (integer / 1_000_000) | 0;
  view.setInt32(at, padded[millions] ?? 0, true);
  view.setInt32(at + 3, padded[thousands - millions * 1000] ?? 0, true);
  view.setInt32(at + 6, padded[integer - thousands * 1000] ?? 0, true);
  return at + 9;
}

/** Writes an integer below 1000 as three digits. @returns the offset behind it; the byte there is touched. */
function writeThree(view: DataView, at: number, value: number): number {
  view.setInt32(at, padded[value] ?? 0, true);
  return at + 3;
}

/**
 * Writes a point and thousandths, from 1 to 999, without the zeros at the end.
 *
 * @returns the offset behind them; up to two bytes there are touched.
 */
export function writeThousandths(view: DataView, at: number, value: number): number {
  const digits = padded[value] ?? 0;
  view.setInt32(at, (digits << 8) | 0x2e, true);
  return at + 1 + (digits >> 24);
}

function writePlain(view: DataView, at: number, value: number): number {
  const digits = plain[value] ?? 0;
  view.setInt32(at, digits, true);
  return at + (digits >> 24);
}

/** @param describe from the three digits of a number to what is written, and the number in the fourth byte. */
function threeDigits(describe: (text: string) => [digits: string, fourth: number]): Int32Array {
  return Int32Array.from({ length: 1000 }, (_, value) => {
    const [digits, fourth] = describe(String(value).padStart(3, '0'));
    return [...digits].reduce((bits, digit, index) => bits | (digit.charCodeAt(0) << (8 * index)), fourth << 24);
  });
}
