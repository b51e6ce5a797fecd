import { formatNumber, noValue } from './unit.js';

const minute = 60;
const hour = 3600;
const day = 86_400;

/** A duration in seconds as people say it, two units deep: `2 d 3 h`, `1 h 05 min`, `12 s`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return noValue;
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds > 0 && seconds < 1) return unit(formatNumber(seconds * 1000, 2), 'ms');
  const whole = Math.floor(seconds);
  if (whole < minute) return unit(whole, 's');
  if (whole < hour) return `${unit(Math.floor(whole / minute), 'min')} ${unit(two(whole % minute), 's')}`;
  if (whole < day)
    return `${unit(Math.floor(whole / hour), 'h')} ${unit(two(Math.floor((whole % hour) / minute)), 'min')}`;
  const days = Math.floor(whole / day);
  // Beyond a hundred days hours say nothing.
  if (days >= 100) return unit(formatNumber(days, 6), 'd');
  return `${unit(days, 'd')} ${unit(Math.floor((whole % day) / hour), 'h')}`;
}

/** A duration that runs, to the second and of steady width: `0:12`, `1:05:12`, `2 d 03:14:59`. */
export function formatClock(seconds: number): string {
  if (!Number.isFinite(seconds)) return noValue;
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor((whole % hour) / minute);
  const hours = Math.floor((whole % day) / hour);
  const rest = two(whole % minute);
  if (whole < hour) return `${String(minutes)}:${rest}`;
  if (whole < day) return `${String(hours)}:${two(minutes)}:${rest}`;
  return `${unit(Math.floor(whole / day), 'd')} ${two(hours)}:${two(minutes)}:${rest}`;
}

/** How long ago, or in how long, seen from `now` (both in seconds): `just now`, `3 min ago`, `in 2 h`. */
export function formatRelative(time: number | null | undefined, now: number): string {
  if (time === null || time === undefined || !Number.isFinite(time)) return noValue;
  const age = now - time;
  const size = Math.abs(age);
  if (size < 5) return 'just now';
  return age > 0 ? `${rough(size)} ago` : `in ${rough(size)}`;
}

function rough(seconds: number): string {
  if (seconds < minute) return unit(Math.floor(seconds), 's');
  if (seconds < hour) return unit(Math.floor(seconds / minute), 'min');
  if (seconds < 2 * day) return unit(Math.floor(seconds / hour), 'h');
  return unit(formatNumber(Math.floor(seconds / day), 6), 'd');
}

function unit(value: number | string, name: string): string {
  return `${String(value)}\u{a0}${name}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
