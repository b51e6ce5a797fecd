import { remark } from '@moorline/app-kit';
import type { Logger } from '@moorline/core';

/** A logger for commands that a person watches: warnings and errors as plain sentences. */
export const remarkingLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_fields, message) => remark(message),
  error: (_fields, message) => remark(message),
};

/** `2d 3h`, `5m 10s`, `7s`: the two largest parts. */
export function asSpan(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [Math.floor(seconds) % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}
