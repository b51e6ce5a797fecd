import { goJson } from '@moorline/core';

/** A value as Go's JSON encoder writes it: `<`, `>`, `&` and the two line separators escaped, a line feed at the end. */
export function encodeGoJson(value: unknown): string {
  return `${goJson(value)}\n`;
}

/** One string as Go's JSON encoder writes it. */
export function goJsonString(text: string): string {
  return plain.test(text) ? `"${text}"` : goJson(text);
}

/** Printable ASCII of which nothing is escaped, as nearly every name and id is: to see that takes a fraction of the time of escaping. */
const plain = /^[ !#-%'-;=?-[\]-~]*$/;

/** A map as Go's encoder writes it, in the order of its names; null where there is none. */
export function goJsonMap<T>(map: Readonly<Record<string, T>> | null, encode: (value: T) => string): string {
  if (map === null) return 'null';
  let members = '';
  for (const [name, value] of Object.entries(map).sort(byName)) {
    members += `${members === '' ? '' : ','}${goJsonString(name)}:${encode(value)}`;
  }
  return `{${members}}`;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** A number; what JSON has no word for becomes null. */
export function goJsonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}

/**
 * A number with two decimals, as series carry them: rounded half to even on its exact value. NaN, which marks a
 * missing sample, becomes null.
 */
export function twoDecimals(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'null';
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.00`;
  // An odd number of eighths lies exactly between two hundredths; toFixed would round it up.
  const eighths = Math.abs(value * 8);
  return eighths % 4 === 1 ? (value - Math.sign(value) * 0.001).toFixed(2) : value.toFixed(2);
}
