import type { SplitTime } from '../exact-value.js';

/** A bigint's 64 bits, and the same as two halves: reading these is several times faster than arithmetic with bigints. */
const whole = new BigInt64Array(1);
const halves = new Int32Array(whole.buffer);
const lower = new Uint8Array(Int32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const upper = 1 - lower;

/** @returns undefined beyond 2^53 − 1 in either direction. */
export function toSafeInteger(value: bigint): number | undefined {
  whole[0] = value;
  if (whole[0] !== value) return undefined;
  const number = (halves[upper] ?? 0) * 2 ** 32 + ((halves[lower] ?? 0) >>> 0);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Nanoseconds as whole seconds, rounded down, and the nanoseconds above them. @returns undefined beyond int64. */
export function splitInt64(nanoseconds: bigint): SplitTime | undefined {
  whole[0] = nanoseconds;
  if (whole[0] !== nanoseconds) return undefined;
  const low = halves[lower] ?? 0;
  // Off by one at most; the lower 32 bits of the remainder, which are exact, say it.
  const seconds = Math.floor((halves[upper] ?? 0) * 4.294967296 + (low >>> 0) / 1e9);
  const nanos = (low - Math.imul(seconds, 1e9)) | 0;
  if (nanos < 0) return { seconds: seconds - 1, nanos: nanos + 1e9 };
  return nanos < 1e9 ? { seconds, nanos } : { seconds: seconds + 1, nanos: nanos - 1e9 };
}
