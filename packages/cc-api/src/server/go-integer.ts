import { goQuote } from '../wire/go-json/quote.js';

/** A number from a path or a query, read as Go's `strconv` reads it; `error` is Go's text. */
export type GoInteger = { ok: true; value: number } | { ok: false; error: string };

/**
 * @param reader the Go function that the original calls: its name is part of the text. Both read 64 bits; what a
 *   JavaScript number cannot hold exactly is out of range here.
 */
export function parseGoInteger(text: string, reader: 'ParseInt' | 'Atoi'): GoInteger {
  const value = Number(text);
  const isInteger = /^[+-]?\d+$/.test(text);
  if (isInteger && Number.isSafeInteger(value)) return { ok: true, value };
  const fault = isInteger ? 'value out of range' : 'invalid syntax';
  return { ok: false, error: `strconv.${reader}: parsing ${goQuote(text)}: ${fault}` };
}
