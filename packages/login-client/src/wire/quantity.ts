/**
 * A whole number as a Kubernetes quantity in canonical DecimalSI form: `64`, `1k`, `8G`, `540970045440`
 * (docs/protocol.md §2.5).
 *
 * @param value ≥ 0.
 * @throws RangeError for anything but a whole number ≥ 0.
 */
export function formatQuantity(value: number | bigint): string {
  if (value < 0 || (typeof value === 'number' && !Number.isInteger(value))) {
    throw new RangeError(`a quantity of a whole thing is a whole number ≥ 0, not ${value}`);
  }
  let rest = BigInt(value);
  let step = 0;
  while (rest !== 0n && rest % 1000n === 0n && step < decimalSuffixes.length - 1) {
    rest /= 1000n;
    step++;
  }
  return `${rest}${decimalSuffixes[step] ?? ''}`;
}

/**
 * Reads a Kubernetes quantity in any of its forms: `2`, `1500m`, `1k`, `8Gi`, `1.5G`, `12e6`.
 *
 * @returns the number that it stands for (beyond 2^53 the nearest double), undefined where the text is no quantity.
 */
export function parseQuantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '', suffix, exponent] = match;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  if (suffix === undefined) return Number(digits);
  if (suffix.endsWith('i'))
    return Number(digits) * 1024 ** decimalSuffixes.indexOf(suffix === 'Ki' ? 'k' : suffix.charAt(0));
  return Number(`${digits}e${decimalExponents[suffix] ?? 0}`);
}

const decimalSuffixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
