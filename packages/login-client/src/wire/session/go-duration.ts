/**
 * Reads a duration as Go writes it: `10s`, `1h2m3.5s`, `-300ms`, `0`.
 *
 * @returns nanoseconds; undefined for any other text.
 */
export function parseGoDuration(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let nanos = 0;
  for (const [, number = '', unit = ''] of rest.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    nanos += Number(number) * (nanosPerUnit.get(unit) ?? 0);
  }
  nanos = Math.round(nanos);
  return sign === '-' && nanos !== 0 ? -nanos : nanos;
}

/** @param nanos whole nanoseconds. */
export function formatGoDuration(nanos: number): string {
  if (nanos === 0) return '0s';
  const sign = nanos < 0 ? '-' : '';
  const size = Math.abs(nanos);
  for (const [unit, one] of smallUnits) {
    if (size < one * 1000) return `${sign}${decimal(size, one)}${unit}`;
  }
  const seconds = `${decimal(size % nanosPerMinute, nanosPerSecond)}s`;
  const minutes = Math.floor(size / nanosPerMinute);
  if (minutes === 0) return sign + seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60}m${seconds}`;
}

const nanosPerSecond = 1e9;
const nanosPerMinute = 60 * nanosPerSecond;

const smallUnits = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
] as const;

const nanosPerUnit = new Map<string, number>([
  ...smallUnits,
  ['us', 1e3],
  ['μs', 1e3],
  ['s', nanosPerSecond],
  ['m', nanosPerMinute],
  ['h', 60 * nanosPerMinute],
]);

/** `amount / unit`, with no more digits than it has. */
function decimal(amount: number, unit: number): string {
  const whole = Math.floor(amount / unit);
  const digits = String(unit).length - 1;
  const fraction = String(amount % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return digits === 0 || fraction === '' ? String(whole) : `${whole}.${fraction}`;
}
