/** A length of time as one writes it: `90s`, `15m`, `2h`, `7d`. */
export interface Span {
  text: string;
  seconds: number;
}

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @returns undefined for what is no length of time. A number alone is minutes. */
export function parseSpan(text: string): Span | undefined {
  const [, number, unit = 'm'] = /^\s*(\d{1,7})\s*([smhd])?\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const letter = unit.toLowerCase();
  return { text: `${Number(number)}${letter}`, seconds: Number(number) * (units[letter] ?? 60) };
}
