import type { Unit } from '@moorline/control-api';

/** Shown where there is no value: a cell stays as wide as its neighbours and is read as "no value". */
export const noValue = '–';

/** Powers of ten of the SI's prefixes. `K` is what many cluster descriptions write for kilo. */
const exponents: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['k', 3],
  ['K', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
  ['m', -3],
  ['u', -6],
  ['µ', -6],
  ['μ', -6],
  ['n', -9],
]);

const prefixes: ReadonlyMap<number, string> = new Map([
  [-9, 'n'],
  [-6, 'µ'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);

/** Whole things: half of a byte, a packet or an operation is never "500 m". */
const countable = /^(?:B|Bytes?|b|bits?|F|Flops?|flops?|packets?|ops?|requests?|events?|IOPS)(?:\/s)?$/;

/** Other units that take a prefix. Percent, degrees, seconds and bare numbers do not: nobody reads "1.2 k%". */
const measured = /^(?:Hz|W|J|V|A|Wh)$/;

/** A unit taken apart: what it counts, and the power of ten of its prefix. */
interface ReadUnit {
  base: string;
  exponent: number;
  /** May be written with another prefix. */
  scales: boolean;
}

/** How a series of values of one unit is written: chosen once, so that an axis or a column has one unit. */
export interface Scale {
  /** `GB/s`; empty for a bare number. */
  unit: string;
  /** The value as written is the metric's value times this. */
  factor: number;
}

/**
 * Writes a value in its unit, with the prefix that leaves one to three digits before the point: 1,234 MB/s is `1.23 GB/s`.
 * Prefixes are decimal, as in the cluster description. A prefix or base that is not known is written as it came.
 */
export function formatQuantity(value: number | null | undefined, unit: Unit, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return noValue;
  const scale = scaleFor(Math.abs(value), unit);
  return withUnit(formatNumber(value * scale.factor, digits), scale.unit);
}

/** The scale in which the largest of the values (by magnitude) has one to three digits before the point. */
export function scaleFor(largest: number, unit: Unit): Scale {
  const read = readUnit(unit);
  if (!read.scales) return { unit: `${unit.prefix ?? ''}${unit.base}`, factor: 1 };
  const exponent = Number.isFinite(largest) && largest > 0 ? bestExponent(largest, read) : read.exponent;
  return { unit: `${prefixes.get(exponent) ?? ''}${read.base}`, factor: 10 ** (read.exponent - exponent) };
}

/** The unit as text: `GB/s`, empty for a bare number. */
export function unitText(unit: Unit): string {
  const read = readUnit(unit);
  return read.scales ? `${prefixes.get(read.exponent) ?? ''}${read.base}` : `${unit.prefix ?? ''}${unit.base}`;
}

/** The value in the base unit, for arithmetic across metrics: 5 GB/s is 5e9. Unknown prefixes count as none. */
export function toBase(value: number, unit: Unit): number {
  return value * 10 ** readUnit(unit).exponent;
}

/** A number with so many significant digits, thousands grouped by a narrow space; nothing is rounded to fewer than its whole digits. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return noValue;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude >= 1e15 || magnitude < 1e-6) return signed(value, magnitude.toExponential(digits - 1));
  const whole = Math.floor(Math.log10(magnitude)) + 1;
  const decimals = Math.min(Math.max(digits - whole, 0), 12);
  const [front = '', back = ''] = magnitude.toFixed(decimals).split('.');
  const tail = back.replace(/0+$/, '');
  return signed(value, `${grouped(front)}${tail === '' ? '' : `.${tail}`}`);
}

/** The value and its unit, kept on one line; `%` and `°` follow as they are written in tables. */
function withUnit(number: string, unit: string): string {
  return unit === '' || number === noValue ? number : `${number}\u{a0}${unit}`;
}

function readUnit({ base, prefix = '' }: Unit): ReadUnit {
  const exponent = exponents.get(prefix);
  if (exponent === undefined) return { base, exponent: 0, scales: false };
  if (isScalable(base)) return { base, exponent, scales: true };
  // Some descriptions write the prefix into the base: `GB/s`, `MHz`.
  const inner = base.slice(1);
  const written = exponents.get(base.slice(0, 1));
  if (prefix === '' && written !== undefined && base.length > 1 && isScalable(inner)) {
    return { base: inner, exponent: written, scales: true };
  }
  return { base, exponent, scales: false };
}

function isScalable(base: string): boolean {
  return countable.test(base) || measured.test(base);
}

function bestExponent(largest: number, { base, exponent }: ReadUnit): number {
  const power = Math.log10(largest) + exponent;
  // A hair below the next power: 999.9999 is written "1 k", not "1,000".
  const wanted = Math.floor((power + 1e-4) / 3) * 3;
  return Math.min(Math.max(wanted, countable.test(base) ? 0 : -9), 18);
}

function grouped(digits: string): string {
  return digits.length > 4 ? digits.replace(/\B(?=(?:\d{3})+$)/g, '\u{202f}') : digits;
}

function signed(value: number, text: string): string {
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}
