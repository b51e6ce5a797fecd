/** Why a text is no float: not a number's syntax, beyond the largest double, or an infinity by name. */
export type FloatFault = 'syntax' | 'range' | 'non-number';

/**
 * Reads a float as the reference decoder does (docs/protocol.md §2.4): decimal; hexadecimal with a `p` exponent; digits
 * separated by single underscores. An underflow is 0.
 */
export function parseFloatText(text: string): number | FloatFault {
  if (/^-inf(?:inity)?$/i.test(text)) return 'non-number';
  const digits = text.includes('_') ? withoutUnderscores(text) : text;
  if (digits === undefined) return 'syntax';
  const value = /^-?0x/i.test(digits) ? parseHexadecimal(digits) : parseDecimal(digits);
  if (value === undefined) return 'syntax';
  return Number.isFinite(value) ? value : 'range';
}

function parseDecimal(text: string): number | undefined {
  return /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** An underscore stands between two digits, or between a base prefix and a digit. */
function withoutUnderscores(text: string): string | undefined {
  const isHexadecimal = /^-?0x/i.test(text);
  const around = isHexadecimal ? /^[0-9a-f]_[0-9a-f]$/i : /^\d_\d$/;
  for (let i = text.indexOf('_'); i >= 0; i = text.indexOf('_', i + 1)) {
    const isBehindPrefix = isHexadecimal && /^-?0x$/i.test(text.slice(0, i)) && /[0-9a-f]/i.test(text.charAt(i + 1));
    if (!isBehindPrefix && !around.test(text.slice(i - 1, i + 2))) return undefined;
  }
  return text.replaceAll('_', '');
}

function parseHexadecimal(text: string): number | undefined {
  const match = /^(-?)0x(?:([0-9a-f]+)\.?([0-9a-f]*)|\.([0-9a-f]+))p([+-]?\d+)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', onlyFraction = '', exponent = ''] = match;
  const decimals = fraction + onlyFraction;
  const magnitude = scaleByPowerOfTwo(BigInt(`0x0${whole}${decimals}`), Number(exponent) - 4 * decimals.length);
  return sign === '-' ? -magnitude : magnitude;
}

/** `integer` × 2^`exponent` as the nearest double, ties to even; Infinity beyond the largest. */
function scaleByPowerOfTwo(integer: bigint, exponent: number): number {
  if (integer === 0n) return 0;
  const bits = integer.toString(2).length;
  if (bits + exponent > 1024) return Infinity;
  if (bits + exponent < -1075) return 0;
  /** The weight of the last bit that the double keeps. */
  const lowest = Math.max(bits + exponent - 53, -1074);
  const dropped = lowest - exponent;
  if (dropped <= 0) return Number(integer << BigInt(-dropped)) * 2 ** lowest;
  const shift = BigInt(dropped);
  const kept = integer >> shift;
  const rest = integer - (kept << shift);
  const half = 1n << (shift - 1n);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return Number(isUp ? kept + 1n : kept) * 2 ** lowest;
}
